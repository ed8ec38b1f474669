import assert from "node:assert/strict";
import { bytesInMemory, type ByteSource } from "../../files/byte_source.ts";
import { joinChunks } from "../../files/join_chunks.ts";
import { conv, fileOf, norm, type TestTensor, valuesOf } from "../../testing/checkpoints.ts";
import { foldSafetensors, planFolding } from "./fold_safetensors.ts";
import { readSafetensors } from "./read_safetensors.ts";

Deno.test("the layer before takes γ/√(variance + eps) and what is left of the mean, as by hand", async () => {
  const file = fileOf({ "net.0.weight": conv, ...norm("net.1"), "net.3.weight": conv });
  const { bytes, folded } = await foldSafetensors(file, { eps: 1, pairs: { "net.1": "net.0" } });
  assert.deepEqual(folded.map(({ path, into, eps, by }) => [path, into, eps, by]), [
    ["net.1", "net.0", 1, "pair"],
  ]);
  const { tensors } = await readSafetensors(bytes);
  // Factors 2/√(3+1) = 1 and 3/√(8+1) = 1.
  assert.deepEqual([...tensors.keys()], ["net.0.weight", "net.0.bias", "net.3.weight"]);
  assert.deepEqual(tensors.get("net.0.weight")?.values, Float64Array.of(1, 2, 3, 4));
  assert.deepEqual(tensors.get("net.0.bias")?.values, Float64Array.of(5 - 1, 7 - 2));
  assert.deepEqual(tensors.get("net.3.weight")?.values, Float64Array.of(1, 2, 3, 4));

  const bias = { shape: [2], values: [10, 20] };
  const biased = fileOf({ "a.weight": conv, "a.bias": bias, ...norm("b") });
  const after = await valuesOf(
    (await foldSafetensors(biased, { eps: 1, pairs: { b: "a" } })).bytes,
  );
  assert.deepEqual([...after.keys()], ["a.weight", "a.bias"]);
  assert.deepEqual(after.get("a.bias"), Float64Array.of(10 + 4, 20 + 5));
});

Deno.test("wide values begin where PyTorch maps them, and options of norms that are gone go", async () => {
  const f16 = { shape: [1, 1, 1], values: [2], dtype: "F16" };
  const one = { weight: [1], bias: [0], mean: [0], variance: [1] };
  const renorm = JSON.stringify({
    b: { eps: 1e-3, momentum: 0.1 },
    d: { eps: 1e-3, momentum: 0.1 },
  });
  const file = fileOf({
    "a.weight": f16,
    ...norm("b", one),
    "c.weight": f16,
    ...norm("d", one),
  }, { format: "pt", renorm });
  const { bytes, folded } = await foldSafetensors(file, { pairs: { b: "a" } });
  assert.deepEqual([folded[0].eps, folded[0].epsFrom], [1e-3, "model"]);
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  assert.deepEqual(Object.keys(JSON.parse(header.__metadata__.renorm)), ["d"]);
  for (const [name, { dtype, data_offsets }] of Object.entries<Record<string, never>>(header)) {
    if (name === "__metadata__") continue;
    assert.equal(data_offsets[0] % (dtype === "F32" ? 4 : 2), 0, name);
  }
});

Deno.test("every tensor is read once, kernels as they are written", async () => {
  const kernel = (seed: number): TestTensor => ({
    shape: [2, 4000],
    values: Float64Array.from({ length: 8000 }, (_, i) => Math.sin(seed + i)),
  });
  const file = fileOf(Object.assign(
    {},
    ...Array.from({ length: 8 }, (_, i) => ({ [`${i}.a.weight`]: kernel(i), ...norm(`${i}.b`) })),
  ));
  const pairs = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`${i}.b`, `${i}.a`]));
  let read = 0;
  const memory = bytesInMemory(file, "counted");
  const source: ByteSource = {
    ...memory,
    read(offset, length) {
      read += length;
      return memory.read(offset, length);
    },
  };
  const { report, shards } = await planFolding(source, { pairs });
  assert.equal(report.folded.length, 8);
  assert.ok(read < file.length / 10, `${read} of ${file.length} bytes to plan`);
  await joinChunks(shards[0].chunks);
  assert.ok(read < 1.1 * file.length, `${read} of ${file.length} bytes in all`);
});
