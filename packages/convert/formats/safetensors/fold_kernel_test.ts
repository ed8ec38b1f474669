import assert from "node:assert/strict";
import { fc } from "@renorm/testing/fast_check";
import { fileOf, norm, stored } from "../../testing/checkpoints.ts";
import { foldSafetensors } from "./fold_safetensors.ts";
import { readSafetensors } from "./read_safetensors.ts";

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

/**
 * What a layer gives at every place of its kernel for an input of one place, and a patch of places.
 */
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
