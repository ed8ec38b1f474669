import assert from "node:assert/strict";
import { conv, fileOf, norm, type TestTensor } from "../../testing/checkpoints.ts";
import { foldSafetensors } from "./fold_safetensors.ts";

Deno.test("a tensor that is stored for two names is not folded, and one of equal values is noted", async () => {
  const file = (metadata: Record<string, string> | null, others: Record<string, TestTensor> = {}) =>
    foldSafetensors(fileOf({ "a.weight": conv, ...norm("b"), ...others }, metadata), {
      pairs: { b: "a" },
    });
  const tied = await file({ "c.weight": "a.weight" });
  assert.match(tied.skipped[0].reason, /a\.weight is stored for c\.weight too/);
  const twin = await file(null, { "c.weight": conv });
  assert.match(twin.folded[0].notes[0], /c\.weight holds the same values/);
  const other = await file(null, { "c.weight": { ...conv, values: [1, 2, 3, 5] } });
  assert.deepEqual(other.folded[0].notes, []);
});
