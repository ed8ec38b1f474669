import assert from "node:assert/strict";
import fc from "fast-check";
import {
  assertClose,
  assertHolds,
  assertSame,
  someTensor,
  tensor,
} from "@renorm/testing/assertions";
import {
  forwardByMoments,
  gradientSums,
  inputGradient,
  mergeGradientSums,
} from "./batch_in_parts.ts";
import { batchNormBackward, batchNormForward } from "./batch_norm.ts";
import { batchRenormBackward, batchRenormForward } from "./batch_renorm.ts";
import { batchNormInference } from "./inference.ts";
import { mergeMoments, moments } from "./moments.ts";
import type { Layout, Tensor } from "./tensor.ts";
import { updateRunningStats } from "./update_running_stats.ts";

const vectors = () => ({
  weight: Float32Array.of(2, -1),
  bias: Float32Array.of(0.5, 1),
  runningMean: Float32Array.of(0.25, -1),
  runningVar: Float32Array.of(4, 0.25),
});

function cut({ data, shape: [n, ...rest] }: Tensor, places: readonly number[]): Tensor[] {
  const per = data.length / n;
  // Twice the same place is an empty part.
  const ends = [...places.map((place) => place % (n + 1)), n].sort((a, b) => a - b);
  return ends.map((end, i) => {
    const start = ends[i - 1] ?? 0;
    return { data: data.slice(start * per, end * per), shape: [end - start, ...rest] };
  });
}

const joined = (parts: Tensor[]) => parts.flatMap(({ data }) => [...data]);

Deno.test("forward and backward over any parts are those of the whole batch, and so are the statistics", () => {
  const layouts = fc.constantFrom<Layout>("channels-first", "channels-last");
  const limits = fc.constantFrom(null, { rmax: 1.5, dmax: 0.5 }, { rmax: 9, dmax: 9 });
  const places = fc.array(fc.nat(99), { maxLength: 4 });
  assertHolds(fc.property(places, layouts, limits, fc.nat(99), (places, layout, limits, seed) => {
    const shape = layout === "channels-first" ? [6, 2, 3] : [6, 3, 2];
    const [x, dy] = [someTensor(seed, shape), someTensor(seed + 100, shape)];
    const whole = vectors();
    const forward = limits
      ? batchRenormForward(x, whole, { layout, ...limits })
      : batchNormForward(x, whole, { layout });
    const back = limits
      ? batchRenormBackward(dy, forward.saved as never)
      : batchNormBackward(dy, forward.saved);

    const inParts = vectors();
    const [xs, dys] = [cut(x, places), cut(dy, places)];
    const batch = xs.map((part) => moments(part, { layout })).reduce(mergeMoments);
    const forwards = xs.map((part) =>
      forwardByMoments(part, batch, inParts, { layout, ...limits })
    );
    updateRunningStats(inParts, batch, { runningVariance: limits ? "biased" : "unbiased" });
    const sums = forwards.map(({ saved }, i) => gradientSums(dys[i], saved))
      .reduce(mergeGradientSums);
    const backs = forwards.map(({ saved }, i) => inputGradient(dys[i], saved, sums));

    assertClose(joined(forwards.map(({ y }) => y)), [...forward.y.data], 1e-6);
    assertClose(joined(backs.map(({ dx }) => dx)), [...back.dx.data], 1e-6);
    for (const { dWeight, dBias } of backs) {
      assertClose(dWeight!, back.dWeight!, 1e-6);
      assertClose(dBias!, back.dBias!, 1e-6);
    }
    assertClose(inParts.runningMean, whole.runningMean, 1e-6);
    assertClose(inParts.runningVar, whole.runningVar, 1e-6);
    for (const key of ["r", "d"] as const) {
      const expected = (forward.saved as { r?: Float64Array; d?: Float64Array })[key];
      for (const { saved } of forwards) {
        if (expected) assertClose(saved[key]!, expected, 1e-6);
        else assert.equal(saved[key], undefined);
      }
    }
  }));
});

Deno.test("gradients of parts that are normalised by themselves do not add up to those of the whole", () => {
  const [x, dy] = [someTensor(1, [6, 2]), someTensor(2, [6, 2])];
  const whole = batchNormBackward(dy, batchNormForward(x, vectors()).saved).dWeight!;
  const accumulated = cut(x, [3]).map((part, i) =>
    batchNormBackward(cut(dy, [3])[i], batchNormForward(part, vectors()).saved).dWeight!
  );
  const sum = whole.map((_, c) => accumulated[0][c] + accumulated[1][c]);
  whole.forEach((value, c) => assert.ok(Math.abs(value - sum[c]) > 0.01 * Math.abs(value)));
});

Deno.test("parts of a batch write where they are told and refuse what does not belong together", () => {
  const x = tensor([2, 1], [1, 3]);
  const batch = moments(tensor([3, 1], [1, 3, 8]));
  const out = tensor([2, 1], [0, 0]);
  const { y, saved } = forwardByMoments(x, batch, {}, { out });
  assert.equal(y, out);
  assert.equal(saved.m, 3);
  const sums = gradientSums(x, saved);
  assert.equal(inputGradient(x, saved, sums, { out }).dx, out);
  assertSame(gradientSums(tensor([0, 1], []), { ...saved, x: tensor([0, 1], []) }), {
    sums: [0],
    products: [0],
  });
  const x3 = tensor([3, 1], [1, 3, 99]);
  const { saved: masked } = batchNormForward(x3, {}, { mask: [1, 1, 0] });
  const { saved: inferred } = batchNormInference(x3, {
    runningMean: Float32Array.of(0),
    runningVar: Float32Array.of(1),
  });
  const cases: [() => unknown, string, string][] = [
    [
      () => forwardByMoments(x, moments(tensor([1, 1], [1]))),
      "RangeError",
      "forwardByMoments expects more than 1 value per channel when training: got shape [2, 1]",
    ],
    [
      () => forwardByMoments(tensor([4, 1], [1, 2, 3, 4]), batch),
      "RangeError",
      "forwardByMoments expects batch.m to be at least the 4 values per channel of x: got 3",
    ],
    [
      () => forwardByMoments(x, batch, {}, { rmax: 2 }),
      "TypeError",
      "forwardByMoments expects runningMean to be a Float32Array or Float64Array: got undefined",
    ],
    [
      () => forwardByMoments(x, moments(tensor([3, 2], [1, 2, 3, 4, 5, 6]))),
      "TypeError",
      "forwardByMoments expects batch.mean to have 1 values, one per channel: got 2",
    ],
    [
      () => inputGradient(x, { ...saved, m: 1 }, sums),
      "RangeError",
      "inputGradient expects saved.m to be at least the 2 values per channel of x: got 1",
    ],
    [
      () => inputGradient(x, saved, { ...sums, products: new Float64Array(2) }),
      "TypeError",
      "inputGradient expects sums.products to have 1 values, one per channel: got 2",
    ],
    [
      () => gradientSums(x3, { ...masked, m: 2 }),
      "TypeError",
      "gradientSums expects what forwardByMoments saved: got that of a forward with a mask",
    ],
    [
      () => inputGradient(x3, { ...masked, m: 2 }, sums),
      "TypeError",
      "inputGradient expects what forwardByMoments saved: got that of a forward with a mask",
    ],
    [
      () => inputGradient(x3, { ...inferred, m: 3 }, sums),
      "TypeError",
      "inputGradient expects what forwardByMoments saved: got that of a fixed map",
    ],
    [
      () => mergeGradientSums(sums, { ...sums, sums: [1] as never }),
      "TypeError",
      "mergeGradientSums expects b.sums to be a Float32Array or Float64Array: got [1]",
    ],
  ];
  for (const [call, name, message] of cases) assert.throws(call, { name, message });
});
