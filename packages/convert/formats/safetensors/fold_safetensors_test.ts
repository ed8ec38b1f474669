import assert from "node:assert/strict";
import { fc } from "@renorm/testing/fast_check";
import { bytesInMemory, type ByteSource } from "../../files/byte_source.ts";
import { joinChunks } from "../../files/join_chunks.ts";
import { fileOf, norm, stored, type TestTensor, valuesOf } from "./_checkpoints_test.ts";
import type { FoldSafetensorsOptions } from "./fold_options.ts";
import { foldSafetensors } from "./fold_safetensors.ts";
import { planFolding } from "./plan_folding.ts";
import { readSafetensors } from "./read_safetensors.ts";

const conv: TestTensor = { shape: [2, 1, 1, 2], values: [1, 2, 3, 4] };

/** Why the only norm of a file is left. */
async function reasonFor(
  tensors: Record<string, TestTensor>,
  options: FoldSafetensorsOptions = {},
): Promise<string> {
  const { folded, skipped } = await foldSafetensors(fileOf(tensors), options);
  assert.deepEqual(folded, []);
  assert.equal(skipped.length, 1);
  return skipped[0].reason;
}

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

/** Layers of every kind that PyTorch has: `[in, out, groups, kernel, isTransposed]`. */
const layers = fc.record({
  groups: fc.integer({ min: 1, max: 3 }),
  inputs: fc.integer({ min: 1, max: 3 }),
  outputs: fc.integer({ min: 1, max: 3 }),
  kernel: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
  isTransposed: fc.boolean(),
  hasBias: fc.boolean(),
  dtype: fc.constantFrom("F16", "BF16", "F32", "F64"),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

/** What a layer gives at every place of its kernel for an input of one place, and a patch of places. */
function outputs(
  weight: ArrayLike<number>,
  bias: ArrayLike<number> | undefined,
  x: readonly number[],
  { groups, ins, outs, area, isTransposed }: Record<"groups" | "ins" | "outs" | "area", number> & {
    isTransposed: boolean;
  },
): number[][] {
  const y = Array.from({ length: groups * outs }, (_, o) => Array(area).fill(bias?.[o] ?? 0));
  for (let g = 0; g < groups; g++) {
    for (let i = 0; i < ins; i++) {
      for (let o = 0; o < outs; o++) {
        for (let k = 0; k < area; k++) {
          const [input, output] = [g * ins + i, g * outs + o];
          // [in, out / groups, k] of a transposed one, [out, in / groups, k] of any other.
          const at = isTransposed ? (input * outs + o) * area + k : (output * ins + i) * area + k;
          y[output][k] += weight[at] * x[input];
        }
      }
    }
  }
  return y;
}

Deno.test("layers of every kind, dtype and number of groups give what they and the norm gave", async () => {
  await fc.assert(fc.asyncProperty(layers, async (drawn) => {
    const { groups, inputs: ins, outputs: outs, kernel, isTransposed, hasBias, dtype, seed } =
      drawn;
    const isLinear = kernel.length === 0;
    const [g, across] = isLinear ? [1, false] : [groups, isTransposed];
    const area = kernel.reduce((product, n) => product * n, 1);
    const channels = g * outs;
    let state = seed;
    const random = (n: number, least = -1) =>
      Array.from({ length: n }, () => {
        state = state * 48271 % 2147483647;
        return least + 2 * state / 2147483647;
      });
    const shape = across ? [g * ins, outs, ...kernel] : [channels, ins, ...kernel];
    const weight = random(channels * ins * area);
    const bias = random(channels);
    const [gamma, beta, mean] = [random(channels), random(channels), random(channels)];
    const variance = random(channels, 0.1);
    const file = fileOf({
      "a.weight": { shape, values: weight, dtype },
      ...hasBias && { "a.bias": { shape: [channels], values: bias, dtype } },
      ...Object.fromEntries(
        Object.entries(norm("b", { weight: gamma, bias: beta, mean, variance }))
          .map(([name, tensor]) => [name, { ...tensor, dtype: "F64" }]),
      ),
    });
    const { bytes, folded } = await foldSafetensors(file, {
      pairs: { b: "a" },
      ...across && { transposed: ["a"] },
    });
    assert.equal(folded.length, 1);
    const { tensors } = await readSafetensors(bytes);
    assert.deepEqual([...tensors.keys()].sort(), ["a.bias", "a.weight"]);
    for (const tensor of tensors.values()) assert.equal(tensor.dtype, dtype);
    const size = { groups: g, ins, outs, area, isTransposed: across };
    const x = random(g * ins);
    const before = outputs(
      stored(dtype, weight),
      hasBias ? stored(dtype, bias) : undefined,
      x,
      size,
    )
      .map((row, c) =>
        row.map((y) => gamma[c] * (y - mean[c]) / Math.sqrt(variance[c] + 1e-5) + beta[c])
      );
    const after = outputs(
      tensors.get("a.weight")!.values!,
      tensors.get("a.bias")!.values!,
      x,
      size,
    );
    const digits = { F16: 2 ** -10, BF16: 2 ** -7, F32: 2 ** -23, F64: 2 ** -50 }[dtype]!;
    const allowed = 8 * digits * (1 + Math.max(...before.flat().map(Math.abs)) + 10);
    before.flat().forEach((y, i) => assert.ok(Math.abs(y - after.flat()[i]) <= allowed));
    // Each value was rounded once: it is the float nearest to the product in float64.
    const values = stored(dtype, weight);
    const factors = gamma.map((value, c) => value / Math.sqrt(variance[c] + 1e-5));
    const channelOf = (index: number) => {
      const run = Math.floor(index / area);
      if (!across) return Math.floor(run / ins);
      return Math.floor(run / outs / ins) * outs + run % outs;
    };
    const exact = stored(dtype, values.map((value, i) => value * factors[channelOf(i)]));
    assert.deepEqual([...tensors.get("a.weight")!.values!], exact);
  }));
});

Deno.test("a guess is made where it is asked for, and said to be one", async () => {
  const named = fileOf({ "conv1.weight": conv, ...norm("bn1") });
  const left = await foldSafetensors(named);
  assert.deepEqual(left.folded, []);
  assert.match(left.skipped[0].reason, /give a pair \(bn1=conv1 would be a guess by their names\)/);
  assert.deepEqual(await valuesOf(left.bytes), await valuesOf(named));
  const guessed = await foldSafetensors(named, { byName: true });
  assert.equal(guessed.folded[0].by, "guess");
  assert.match(String(guessed), /bn1 {2}into conv1 \(a guess\), eps 1e-5 \(assumed\)/);
  assert.match(String(guessed), /1 folded \(1 by a guess\), 0 left/);
});

Deno.test("names that the file contradicts are no guess", async () => {
  const wide = { shape: [4, 2, 1, 1], values: [1, 2, 3, 4, 5, 6, 7, 8] };
  const square = { shape: [2, 2, 1, 1], values: [1, 2, 3, 4] };
  // A network that norms first: in one block the norm fits the input of its convolution alone.
  const first = fileOf({
    ...norm("a.bn1"),
    "a.conv1.weight": square,
    ...norm("b.bn1"),
    "b.conv1.weight": wide,
  });
  const { folded, skipped } = await foldSafetensors(first, { byName: true });
  assert.deepEqual(folded, []);
  assert.match(skipped[0].reason, /b\.bn1 fits only the input side of b\.conv1/);
  const reasons: [Record<string, TestTensor>, RegExp][] = [
    [{ "conv1.weight": square, "fc1.weight": square, ...norm("bn1") }, /both called alike/],
    [{ "0.weight": { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] }, ...norm("2") }, /called alike/],
    [{ "embed.weight": { shape: [2, 2], values: [1, 2, 3, 4] }, ...norm("x") }, /called alike/],
    [{ "emb_conv.weight": square, ...norm("emb_bn") }, /is an embedding/],
    [
      { "0.weight": { shape: [3, 2], values: [1, 2, 3, 4, 5, 6] }, ...norm("1") },
      /as an Embedding/,
    ],
    [{ "0.weight": { shape: [2], values: [1, 2] }, ...norm("1") }, /no weight of a convolution/],
    [{ "up.0.weight": square, ...norm("up.1") }, /up\.0 may be transposed by its name/],
  ];
  for (const [tensors, reason] of reasons) {
    assert.match(await reasonFor(tensors, { byName: true }), reason);
  }
  const twice = fileOf({ "conv1.weight": square, ...norm("bn1"), ...norm("norm1") });
  const domains = await foldSafetensors(twice, { byName: true });
  assert.deepEqual(domains.folded, []);
  assert.match(domains.skipped[0].reason, /norm1 has as good a claim on conv1/);
});

Deno.test("a pair rules out the guess of another norm, and a layer takes one norm", async () => {
  const square = { shape: [2, 2, 1, 1], values: [1, 2, 3, 4] };
  const file = fileOf({ "conv1.weight": square, ...norm("bn1"), ...norm("bn2") });
  const { folded, skipped } = await foldSafetensors(file, {
    pairs: { bn2: "conv1" },
    byName: true,
  });
  assert.deepEqual(folded.map(({ path, by }) => [path, by]), [["bn2", "pair"]]);
  assert.match(skipped[0].reason, /conv1, which is called alike, takes another batch norm/);
  await assert.rejects(foldSafetensors(file, { pairs: { bn1: "conv1", bn2: "conv1" } }), {
    name: "TypeError",
    message: 'fold expects one batch norm for "conv1": got "bn1" and "bn2"',
  });
});

Deno.test("the order of calls gives pairs, and what stands between is left", async () => {
  const square = { shape: [2, 2, 1, 1], values: [1, 2, 3, 4] };
  const file = fileOf({
    ...norm("stem_norm"),
    ...{ "a.weight": square, ...norm("b") },
    ...{ "c.weight": square, ...norm("d") },
    ...{ "e.weight": square, ...norm("f") },
  });
  const like = ["stem_norm", "a", "b", "relu", "c", "relu", "d", "e", "f", "e"];
  const { folded, skipped } = await foldSafetensors(file, { like });
  assert.deepEqual(folded.map(({ path, into, by }) => [path, into, by]), [["b", "a", "order"]]);
  assert.deepEqual(skipped.map(({ path, reason }) => [path, reason]), [
    ["d", "relu is called before it"],
    ["f", "e is called more than once"],
    ["stem_norm", "nothing is called before it"],
  ]);
});

Deno.test("a topology of the same names gives pairs, eps and what is transposed", async () => {
  const values = [1, 2, 3, 4];
  const file = fileOf({
    "up.weight": { shape: [2, 2, 1, 1], values },
    ...norm("bn"),
    ...norm("x"),
  });
  const layer = (class_name: string, name: string, more: object = {}) => ({
    class_name,
    config: { name, ...more },
  });
  const like = {
    class_name: "Sequential",
    config: {
      layers: [
        layer("Conv2DTranspose", "up", { activation: "linear" }),
        layer("BatchNormalization", "bn", { axis: -1, epsilon: 1 }),
        layer("ReLU", "relu"),
        layer("BatchNormalization", "x"),
      ],
    },
  };
  const { folded, skipped, bytes } = await foldSafetensors(file, { like });
  assert.deepEqual(folded.map(({ eps, epsFrom, by }) => [eps, epsFrom, by]), [[
    1,
    "model",
    "order",
  ]]);
  assert.match(skipped[0].reason, /relu before it is no convolution/);
  // Factors 2/√(3+1) = 1 and 3/√(8+1) = 1: another eps would show.
  assert.deepEqual([...(await valuesOf(bytes)).get("up.weight")!], values);
});

Deno.test("what the shape does not tell of a kernel is said, or asked for", async () => {
  const file = (shape: number[]) =>
    fileOf({
      "a.weight": { shape, values: [1, 2, 3, 4, 5, 6].slice(0, shape[0] * 2) },
      ...norm("b"),
    });
  const options = { pairs: { b: "a" }, eps: 1 };
  const square = await foldSafetensors(file([2, 2, 1]), options);
  assert.match(String(square), /axis 0 of \[2, 2, 1\] taken for its outputs/);
  const said = await foldSafetensors(file([2, 2, 1]), { ...options, transposed: ["a"] });
  assert.deepEqual(said.folded[0].notes, []);
  const odd = await foldSafetensors(file([3, 2, 1]), options);
  assert.match(
    odd.skipped[0].reason,
    /has not its 2 channels on axis 0, but on axis 1: is it trans/,
  );
  await assert.rejects(foldSafetensors(file([2, 2, 1]), { transposed: ["a"] }), {
    message: 'fold expects transposed layers that a batch norm goes into: got "a"',
  });
});

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

Deno.test("only plain layers and norms of finite values are folded", async () => {
  const pairs = { b: "a" };
  const a = { "a.weight": conv };
  const i64 = { shape: [2], values: [1, 2] };
  const kept: [Record<string, TestTensor>, RegExp][] = [
    [{ ...a, "a.scale": i64, ...norm("b") }, /a holds "scale" too/],
    [{ ...a, "a.lora.weight": conv, ...norm("b") }, /a holds "lora" too/],
    [{ ...a, ...norm("b"), "b.weight_u": i64 }, /it holds "weight_u" too/],
    [{ "a.weight_v": conv, ...norm("b") }, /a computes its weight from others/],
    [{ ...a, "a.bias": { shape: [1], values: [1] }, ...norm("b") }, /a\.bias of \[1\] has not/],
    [{ ...a, ...norm("b", { variance: [1, NaN] }) }, /running variance is NaN in channel 1/],
    [{ ...a, ...norm("b", { variance: [-1, 1] }) }, /running variance is -1 in channel 0/],
    [{ ...a, ...norm("b", { mean: [Infinity, 1] }) }, /running mean is Infinity in channel 0/],
    [{ ...a, ...norm("b", { weight: [1, NaN] }) }, /weight is NaN in channel 1/],
    [{ ...a, ...norm("b", { weight: [1, 2, 3] }) }, /2 values in weight/],
    [{ ...a, ...norm("b", { bias: [1e39, 1] }) }, /bias is Infinity in channel 0/],
  ];
  for (const [tensors, reason] of kept) assert.match(await reasonFor(tensors, { pairs }), reason);
  const narrow = {
    "a.weight": { ...conv, dtype: "F16", values: [60000, 1, 1, 1] },
    ...norm("b", { weight: [100, 1], mean: [0, 0], variance: [1, 1] }),
  };
  await assert.rejects(foldSafetensors(fileOf(narrow), { pairs }), {
    name: "ModelFileError",
    message:
      "the file, tensor a.weight: expected values that F16 holds after folding, got a larger one",
  });
});

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

Deno.test("paths may have the prefixes of wrappers, which two copies of a layer keep", async () => {
  const file = fileOf({ "module.a.weight": conv, ...norm("module.b") });
  for (const pairs of [{ b: "a" }, { "module.b": "module.a" }] as Record<string, string>[]) {
    const { bytes } = await foldSafetensors(file, { pairs });
    assert.deepEqual([...(await valuesOf(bytes)).keys()], ["module.a.weight", "module.a.bias"]);
  }
  const both = fileOf({
    "a.weight": conv,
    ...norm("b"),
    "module.a.weight": conv,
    ...norm("module.b"),
  });
  const { folded, skipped } = await foldSafetensors(both, { pairs: { "module.b": "module.a" } });
  assert.deepEqual(folded.map(({ path }) => path), ["module.b"]);
  assert.deepEqual(skipped.map(({ path }) => path), ["b"]);
});

Deno.test("what is wrong in the pairs is said before anything is folded", async () => {
  const file = fileOf({ "stem.weight": conv, ...norm("after") });
  const wrong: [object, string][] = [
    [{ pairs: { after: "stern" } }, 'fold expects pairs of paths in the file: got "stern"'],
    [
      { pairs: { stem: "after" } },
      'fold expects pairs of a batch norm and a layer: got "stem", which has no running mean and ' +
      "variance",
    ],
    [{ pairs: { after: 7 } }, "fold expects pairs of paths in the file: got 7"],
    [{ pairs: "after=stem" }, 'fold expects pairs to be an object of paths: got "after=stem"'],
    [{ like: 3 }, "fold expects like to be paths in the order of calls, or a topology: got 3"],
    [{ like: [3] }, "fold expects like to be a list of paths: got 3"],
    [{ like: ["stem", "before"] }, "fold expects like to name batch norms of the file: got none"],
    [{ transposed: ["x"] }, 'fold expects transposed of paths in the file: got "x"'],
    [{ pairs: new Map() }, "fold expects pairs to be an object of paths: got Map"],
    [{ eps: new Map() }, "convert expects eps to be a number, or numbers by path: got Map"],
    [{ byName: "yes" }, 'fold expects byName to be true or false: got "yes"'],
    [{ transposed: "a" }, 'fold expects transposed to be a list of paths: got "a"'],
    [{ filter: "a" }, 'fold expects filter to be a function: got "a"'],
    [
      { pair: {} },
      'fold expects options among filter, eps, pairs, like, byName, transposed: got "pair"',
    ],
  ];
  for (const [options, message] of wrong) {
    await assert.rejects(foldSafetensors(file, options as never), { name: "TypeError", message });
  }
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
