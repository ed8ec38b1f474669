/** What must hold of the whole package, whatever the numbers: the identities of batch renorm. */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  anyCases,
  moderate,
  otherLayout,
  type RandomCase,
  randomCases,
  reordered,
} from "@renorm/testing/random_cases";
import {
  assertClose,
  assertHolds,
  assertSame,
  batchNormOfRank,
  batchRenormOfRank,
} from "@renorm/testing/assertions";
import {
  batchNormBackward,
  batchNormForward,
  batchNormInference,
  batchNormInferenceBackward,
  batchRenormBackward,
  batchRenormForward,
  moments,
} from "./mod.ts";

const eitherVariance = fc.constantFrom("biased" as const, "unbiased" as const);

/** Weight, bias and copies of the running statistics, which a forward may then write. */
function parametersOf({ weight, bias, runningMean, runningVar }: RandomCase) {
  return { weight, bias, runningMean: runningMean.slice(), runningVar: runningVar.slice() };
}

function rankOf({ x }: RandomCase): 2 | 3 | 4 | 5 {
  return x.shape.length as 2 | 3 | 4 | 5;
}

/** A training step of batch renorm: everything that comes out of it. */
function renormStep(given: RandomCase, limits: { rmax?: number; dmax?: number } = {}) {
  const { runningMean, runningVar, ...affine } = parametersOf(given);
  const parameters = { runningMean, runningVar, ...affine };
  const { y, saved } = batchRenormForward(given.x, parameters, { layout: given.layout, ...limits });
  return { y, ...batchRenormBackward(given.dy, saved), runningMean, runningVar };
}

Deno.test("batch renorm functions with rmax = 1, dmax = 0 are batch norm's bit for bit", () => {
  assertHolds(
    fc.property(anyCases(), eitherVariance, (given, runningVariance) => {
      const { x, dy, layout } = given;
      const options = { layout, runningVariance };
      const a = parametersOf(given);
      const norm = batchNormForward(x, a, options);
      const b = parametersOf(given);
      const renorm = batchRenormForward(x, b, { ...options, rmax: 1, dmax: 0 });
      assertSame(renorm.y, norm.y);
      assertSame(b, a);
      assert.equal(renorm.skippedUpdates, norm.skippedUpdates);
      assertSame(batchRenormBackward(dy, renorm.saved), batchNormBackward(dy, norm.saved));
    }),
    500,
  );
});

Deno.test("batch renorm layers with rmax = 1, dmax = 0 are batch norm's bit for bit", () => {
  const property = fc.property(anyCases(), eitherVariance, (given, runningVariance) => {
    const { x, dy, layout, channels, weight, bias } = given;
    const options = { layout, runningVariance };
    const norm = new batchNormOfRank[rankOf(given)](channels, options);
    const renorm = new batchRenormOfRank[rankOf(given)](channels, { ...options, rmax: 1, dmax: 0 });
    for (const layer of [norm, renorm]) {
      layer.weight?.set(weight);
      layer.bias?.set(bias);
    }
    for (const [batch, gradient] of [[x, dy], [dy, x], [x, x]]) {
      assertSame(renorm.forward(batch), norm.forward(batch));
      assertSame(renorm.backward(gradient), norm.backward(gradient));
      assertSame([renorm.weightGrad, renorm.biasGrad], [norm.weightGrad, norm.biasGrad]);
      assertSame(renorm.stateDict(), norm.stateDict());
      assert.equal(renorm.skippedUpdates, norm.skippedUpdates);
    }
  });
  assertHolds(property, 200);
});

Deno.test("batch renorm with open limits trains on what inference gives before the update", () => {
  assertHolds(fc.property(randomCases(moderate), (given) => {
    const { x, layout, channels } = given;
    const open = { rmax: Infinity, dmax: Infinity };
    const { y } = batchNormInference(x, parametersOf(given), { layout });
    // The largest part of any sum here is weight · x / √runningVar, below 8 · 16 / 0.1.
    const close = (actual: Float32Array, expected: Float32Array) =>
      actual.forEach((value, i) => {
        const allowed = 2 ** -23 * Math.abs(expected[i]) + 1e-10;
        assert.ok(Math.abs(value - expected[i]) <= allowed, `${value} is not ${expected[i]}`);
      });
    close(renormStep(given, open).y.data, y.data);

    const layer = new batchRenormOfRank[rankOf(given)](channels, {
      layout,
      ...open,
      warmupSteps: 0,
    });
    const { weight, bias, runningMean, runningVar } = given;
    layer.loadStateDict({ weight, bias, running_mean: runningMean, running_var: runningVar });
    const before = layer.eval().forward(x);
    close(layer.train().forward(x).data, before.data);
  }));
});

Deno.test("another order of the samples is another order of y and dx, and no other change", () => {
  const shuffled = randomCases(moderate).chain((given) => {
    const order = Array.from({ length: given.x.shape[0] }, (_, i) => i);
    return fc.tuple(
      fc.constant(given),
      fc.shuffledSubarray(order, { minLength: order.length, maxLength: order.length }),
    );
  });
  assertHolds(fc.property(shuffled, ([given, order]) => {
    const step = renormStep(given);
    const { x, dy } = given;
    const other = renormStep({ ...given, x: reordered(x, order), dy: reordered(dy, order) });
    assertClose(other.y.data, reordered(step.y, order).data, 1e-6, "y");
    assertClose([...other.dx.data, 1], [...reordered(step.dx, order).data, 1], 1e-6, "dx");
    for (const name of ["dWeight", "dBias", "runningMean", "runningVar"] as const) {
      // The sums behind these are of terms below 1e6, in float64.
      assertClose([...other[name] ?? [], 1], [...step[name] ?? [], 1], 1e-6, name);
    }
  }));
});

Deno.test("channels-last is channels-first transposed, bit for bit", () => {
  assertHolds(
    fc.property(anyCases(), (given) => {
      const { layout } = given;
      const other = layout === "channels-last" ? "channels-first" : "channels-last";
      const x = otherLayout(given.x, layout);
      const dy = otherLayout(given.dy, layout);
      assertSame(moments(x, { layout: other }), moments(given.x, { layout }));

      const step = renormStep(given);
      const turned = renormStep({ ...given, layout: other, x, dy });
      const back = { y: otherLayout(turned.y, other), dx: otherLayout(turned.dx, other) };
      assertSame({ ...turned, ...back }, step);

      const inference = batchNormInference(given.x, parametersOf(given), { layout });
      const turnedInference = batchNormInference(x, parametersOf(given), { layout: other });
      assertSame(otherLayout(turnedInference.y, other), inference.y);
      const gradients = batchNormInferenceBackward(given.dy, inference.saved);
      const turnedGradients = batchNormInferenceBackward(dy, turnedInference.saved);
      const dx = otherLayout(turnedGradients.dx, other);
      assertSame({ ...turnedGradients, dx }, gradients);
    }),
    300,
  );
});

Deno.test("a batch without values takes no time, however long its other dimensions are", () => {
  for (const shape of [[2 ** 40, 2, 0], [0, 2, 2 ** 40], [2 ** 40, 0]]) {
    const empty = { data: new Float32Array(0), shape };
    const channels = shape[1];
    const running = {
      runningMean: new Float32Array(channels),
      runningVar: new Float32Array(channels),
    };
    const training = batchRenormForward(empty, running);
    assertSame(batchRenormBackward(empty, training.saved).dx, empty);
    const inference = batchNormInference(empty, running);
    assertSame(batchNormInferenceBackward(empty, inference.saved).dx, empty);
    assert.equal(moments(empty).mean.length, channels);
  }
});
