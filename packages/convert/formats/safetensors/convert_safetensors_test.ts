import assert from "node:assert/strict";
import { BatchNorm2d, BatchRenorm2d } from "@renorm/core-math";
import { convertSafetensors } from "./convert_safetensors.ts";
import { decode } from "../../files/dtypes.ts";
import { readSafetensors } from "./read_safetensors.ts";

const goldenFolder = new URL("../../../parity/golden/", import.meta.url);
const golden = Deno.readFileSync(new URL("minicnn_batch2.safetensors", goldenFolder));
const { convert, stateKeysAfterConversion } = JSON.parse(
  Deno.readTextFileSync(new URL("minicnn_batch2.json", goldenFolder)),
);

/** The tensors' bytes of a file, without its header. */
function dataOf(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(8 + Number(new DataView(bytes.slice(0, 8).buffer).getBigUint64(0, true)));
}

/** A file of small tensors, all their bytes given. */
function fileOf(tensors: Record<string, [dtype: string, shape: number[], bytes: number[]]>) {
  let end = 0;
  const header = Object.entries(tensors).map(([name, [dtype, shape, { length }]]) => {
    end += length;
    return [name, { dtype, shape, data_offsets: [end - length, end] }];
  });
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const bytes = new Uint8Array(8 + text.length + end);
  bytes[0] = text.length & 255;
  bytes[1] = text.length >> 8;
  bytes.set(text, 8);
  bytes.set(Object.values(tensors).flatMap(([, , bytes]) => bytes), 8 + text.length);
  return bytes;
}

Deno.test("the golden MiniCNN has the state keys that the notebook's conversion gave it, and the same tensors", async () => {
  const { bytes, converted } = await convertSafetensors(golden, convert);
  const { tensors } = await readSafetensors(bytes);
  const keys = [...tensors.keys()];
  assert.deepEqual(
    keys.filter((key) => key.startsWith("net.")).sort(),
    [...stateKeysAfterConversion].sort(),
  );
  assert.deepEqual(dataOf(bytes), dataOf(golden));
  assert.match(converted[0].before, /^BatchNorm2d\(16, eps=1e-05, momentum=0.1, /);
  assert.match(
    converted[0].after,
    /^BatchRenorm2d\(16, .*, rmax=3.0, dmax=5.0, warmup_steps=10\)$/,
  );
});

Deno.test("a converted checkpoint loads into layers, options and all, and back into batch norms", async () => {
  const { bytes } = await convertSafetensors(golden, { ...convert, warmup: 4 });
  const { norms } = await readSafetensors(bytes);
  const { layer, state } = norms.get("net.1")!;
  assert.deepEqual(layer.renorm, {
    limits: { rmax: 3, dmax: 5, warmupSteps: 10 },
    renormStep: 4,
    eps: 1e-5,
    momentum: 0.1,
  });
  const renorm = new BatchRenorm2d(layer.numFeatures!, convert).loadStateDict(state);
  assert.equal(renorm.renormStep, 4);
  assert.deepEqual(Object.keys(state), [
    "weight",
    "bias",
    "running_mean",
    "running_var",
    "num_batches_tracked",
    "renorm_step",
  ]);
  const back = await convertSafetensors(bytes, { to: "batch-norm" });
  const plain = (await readSafetensors(back.bytes)).norms.get("net.1")!;
  new BatchNorm2d(16).loadStateDict(plain.state);
  assert.deepEqual(dataOf(back.bytes), dataOf(golden));
  assert.equal(plain.layer.renorm, null);
});

const f32 = (...values: number[]) => [...new Uint8Array(Float32Array.from(values).buffer)];
const count = (value: number) => [value, 0, 0, 0, 0, 0, 0, 0];

Deno.test("the prefixes of DistributedDataParallel and torch.compile are no part of a path, and stay in the keys", async () => {
  const file = fileOf({
    "module._orig_mod.net.1.running_mean": ["F32", [1], f32(0)],
    "module._orig_mod.net.1.running_var": ["F32", [1], f32(1)],
    "module._orig_mod.net.1.num_batches_tracked": ["I64", [], count(9)],
    "module.module.weight": ["F32", [1], f32(0)],
  });
  const { bytes, converted } = await convertSafetensors(file, { warmup: "continue" });
  assert.deepEqual(converted.map(({ path }) => path), ["net.1"]);
  const { tensors, norms } = await readSafetensors(bytes);
  assert.ok(tensors.has("module._orig_mod.net.1.running_var"));
  assert.equal(norms.get("net.1")!.layer.renorm!.renormStep, 9);
});

Deno.test("half and bfloat16 states are read, layers that only look like batch norm are let be", async () => {
  const file = fileOf({
    "bn.running_mean": ["F16", [2], [0x00, 0x3c, 0x00, 0xc0]],
    "bn.running_var": ["BF16", [2], [0x80, 0x3f, 0x40, 0x40]],
    "ln.weight": ["F32", [1], f32(1)],
    "odd.running_mean": ["F32", [2], f32(1, 2)],
    "odd.running_var": ["F32", [1], f32(1)],
  });
  const { norms } = await readSafetensors(file);
  assert.deepEqual([...norms.keys()], ["bn"]);
  const { running_mean: mean, running_var: variance } = norms.get("bn")!.state;
  assert.deepEqual([mean, variance], [Float32Array.of(1, -2), Float32Array.of(1, 3)]);
});

Deno.test("every float16 is read as the platform reads it", () => {
  const bits = Uint16Array.from({ length: 2 ** 16 }, (_, i) => i);
  const expected = Float64Array.from(new Float16Array(bits.buffer));
  const values = decode("F16", new Uint8Array(bits.buffer));
  assert.deepEqual([...bits].filter((i) => !Object.is(values[i], expected[i])), []);
});

Deno.test("a counter that is no count, and metadata that is no renorm, are errors of the file", async () => {
  const broken = fileOf({
    "bn.running_mean": ["F32", [1], f32(0)],
    "bn.running_var": ["F32", [1], f32(1)],
    "bn.num_batches_tracked": ["I64", [], [255, 255, 255, 255, 255, 255, 255, 255]],
  });
  const message =
    'the file, tensor "bn.num_batches_tracked": expected one count of at least 0, got [-1]';
  await assert.rejects(convertSafetensors(broken), { name: "ModelFileError", message });

  const { bytes } = await convertSafetensors(golden, { rmax: 3 });
  const text = new TextDecoder("latin1").decode(bytes).replace('\\"rmax\\":3', '\\"rmax\\":0');
  const lying = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  await assert.rejects(convertSafetensors(lying), /renorm" of "net.1".*rmax .*at least 1: got 0/);
});
