import assert from "node:assert/strict";
import { conv, fileOf, norm } from "../../testing/checkpoints.ts";
import { foldSafetensors } from "./fold_safetensors.ts";

Deno.test("each batch norm has the eps of its path", async () => {
  const one = (path: string) => ({ [`${path}.conv.weight`]: conv, ...norm(`${path}.bn`) });
  const file = fileOf({ ...one("body.1"), ...one("body.2"), ...one("head") });
  const pairs = Object.fromEntries(
    ["body.1", "body.2", "head"].map((path) => [`${path}.bn`, `${path}.conv`]),
  );
  const eps = { "body.*": 1, "body.2.bn": 6 };
  const { folded, notes } = await foldSafetensors(file, { pairs, eps });
  assert.deepEqual(folded.map(({ path, eps, epsFrom }) => [path, eps, epsFrom]), [
    ["body.1.bn", 1, "caller"],
    ["body.2.bn", 6, "caller"],
    ["head.bn", 1e-5, "assumed"],
  ]);
  assert.deepEqual(notes, ["the file does not say eps: 1e-5 was assumed for 1 layer"]);
  await assert.rejects(foldSafetensors(file, { eps: { "tail.*": 1 } }), {
    name: "TypeError",
    message: 'convert expects eps by paths of batch norms in the file: got "tail.*"',
  });
  await assert.rejects(foldSafetensors(file, { eps: { head: -1 } }), { name: "RangeError" });
});
