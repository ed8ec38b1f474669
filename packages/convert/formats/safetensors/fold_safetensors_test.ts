import assert from "node:assert/strict";
import { readSafetensors } from "./read_safetensors.ts";
import { printHeader } from "./header.ts";
import { foldSafetensors } from "./fold_safetensors.ts";

/** A file of float32 tensors. */
function fileOf(tensors: Record<string, { shape: number[]; values: number[] }>): Uint8Array {
  let end = 0;
  const infos = Object.entries(tensors).map(([name, { shape, values }]) => {
    end += 4 * values.length;
    return { name, dtype: "F32", shape, begin: end - 4 * values.length, end };
  });
  const header = printHeader({ tensors: infos, metadata: { format: "pt" }, dataStart: 0 });
  const data = Float32Array.from(Object.values(tensors).flatMap(({ values }) => values));
  const bytes = new Uint8Array(header.length + end);
  bytes.set(header);
  bytes.set(new Uint8Array(data.buffer), header.length);
  return bytes;
}

const norm = (prefix: string) => ({
  [`${prefix}.running_mean`]: { shape: [2], values: [1, 2] },
  [`${prefix}.running_var`]: { shape: [2], values: [3, 8] },
  [`${prefix}.weight`]: { shape: [2], values: [2, 3] },
  [`${prefix}.bias`]: { shape: [2], values: [5, 7] },
});
const conv = { shape: [2, 1, 1, 2], values: [1, 2, 3, 4] };

Deno.test("the layer before takes γ/√(variance + eps) and what is left of the mean, as by hand", async () => {
  const file = fileOf({ "net.0.weight": conv, ...norm("net.1"), "net.3.weight": conv });
  const { bytes, folded } = await foldSafetensors(file, { eps: 1 });
  assert.deepEqual(folded, [{ path: "net.1", into: "net.0" }]);
  const { tensors } = await readSafetensors(bytes);
  // Factors 2/√(3+1) = 1 and 3/√(8+1) = 1.
  assert.deepEqual([...tensors.keys()], ["net.0.weight", "net.0.bias", "net.3.weight"]);
  assert.deepEqual(tensors.get("net.0.weight")?.values, Float64Array.of(1, 2, 3, 4));
  assert.deepEqual(tensors.get("net.0.bias")?.values, Float64Array.of(5 - 1, 7 - 2));
  assert.deepEqual(tensors.get("net.3.weight")?.values, Float64Array.of(1, 2, 3, 4));
});

Deno.test("a bias that is there is scaled too, and layers are found by name or by the pair given", async () => {
  const bias = { shape: [2], values: [10, 20] };
  const named = fileOf({ "conv1.weight": conv, "conv1.bias": bias, ...norm("bn1") });
  const { tensors } = await readSafetensors((await foldSafetensors(named, { eps: 1 })).bytes);
  assert.deepEqual(tensors.get("conv1.bias")?.values, Float64Array.of(10 + 4, 20 + 5));
  assert.equal(tensors.size, 2);

  const odd = fileOf({ "stem.weight": conv, ...norm("after") });
  const left = await foldSafetensors(odd);
  assert.match(left.skipped[0].reason, /cannot be told: give a pair/);
  const paired = await foldSafetensors(odd, { pairs: { after: "stem" } });
  assert.deepEqual(paired.folded, [{ path: "after", into: "stem" }]);
  await assert.rejects(
    foldSafetensors(odd, { pairs: { after: "stern" } }),
    { name: "TypeError", message: 'fold expects pairs of paths in the file: got "stern"' },
  );
});
