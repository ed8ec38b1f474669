import assert from "node:assert/strict";
import { randomValues, seededRandom } from "../parity/random_tensor.ts";
import { batchNormBackward } from "./batch_norm_backward.ts";
import { batchNormForward } from "./batch_norm_forward.ts";
import { batchNormInference } from "./batch_norm_inference.ts";
import { batchNormInferenceBackward } from "./batch_norm_inference_backward.ts";
import { batchRenormBackward } from "./batch_renorm_backward.ts";
import { batchRenormForward } from "./batch_renorm_forward.ts";
import { moments } from "./moments.ts";
import { type AffineParameters, normalize } from "./normalize.ts";
import type { Layout, Tensor } from "./tensor.ts";

type Exact = Tensor<Float64Array>;
type Affine = Partial<Record<"weight" | "bias", Float64Array>>;

const eps = 1e-3;
const channels = 3;
const shapes = { 2: [5, 3], 3: [3, 3, 4], 4: [2, 3, 3, 2], 5: [2, 3, 2, 2, 2] };

function shapeOf(rank: 2 | 3 | 4 | 5, layout: Layout): number[] {
  const [n, c, ...spatial] = shapes[rank];
  return layout === "channels-last" ? [n, ...spatial, c] : [n, c, ...spatial];
}

/** All combinations of rank, layout and affine. */
function* settings(): Generator<{ rank: 2 | 3 | 4 | 5; layout: Layout; affine: boolean }> {
  for (const rank of [2, 3, 4, 5] as const) {
    for (const layout of ["channels-first", "channels-last"] as const) {
      for (const affine of [true, false]) yield { rank, layout, affine };
    }
  }
}

/** Central differences of `loss` in each entry of `values`. */
function differences(values: Float64Array, loss: () => number): Float64Array {
  const step = 1e-5;
  return values.map((value, i) => {
    values[i] = value + step;
    const above = loss();
    values[i] = value - step;
    const below = loss();
    values[i] = value;
    return (above - below) / (2 * step);
  });
}

/** Fails unless the two agree to 1e-4 of the largest entry. */
function assertClose(actual: Float64Array | null, expected: Float64Array, name: string): void {
  const scale = Math.max(...expected.map(Math.abs));
  assert.ok(actual && scale > 1e-3, `${name} is there and not all zero`);
  actual.forEach((value, i) => {
    const error = Math.abs(value - expected[i]);
    assert.ok(error <= 1e-4 * scale, `${name}[${i}]: ${value}, by differences ${expected[i]}`);
  });
}

interface Problem {
  readonly x: Exact;
  readonly dy: Exact;
  readonly affine: Affine;
}

function problem(shape: number[], affine: boolean, seed: number): Problem {
  const random = seededRandom(seed);
  const values = (length: number) => Float64Array.from(randomValues(length, random));
  const size = shape.reduce((a, b) => a * b, 1);
  return {
    x: { data: values(size).map((value) => 2 * value + 1), shape },
    dy: { data: values(size), shape },
    affine: affine ? { weight: values(channels), bias: values(channels) } : {},
  };
}

/** `Σ y·dy`, the loss whose gradient to y is dy. */
function lossOf(y: Exact, dy: Exact): number {
  return y.data.reduce((sum, value, i) => sum + value * dy.data[i], 0);
}

function checkGradients(
  { x, affine }: Problem,
  gradients: { dx: Exact; dWeight: Float64Array | null; dBias: Float64Array | null },
  loss: () => number,
  name: string,
): void {
  assertClose(gradients.dx.data, differences(x.data, loss), `dx of ${name}`);
  for (const [gradient, parameter] of [["dWeight", "weight"], ["dBias", "bias"]] as const) {
    const values = affine[parameter];
    if (values) {
      assertClose(gradients[gradient], differences(values, loss), `${gradient} of ${name}`);
    } else assert.equal(gradients[gradient], null);
  }
}

Deno.test("batch norm's gradients agree with finite differences to 1e-4", () => {
  for (const { rank, layout, affine } of settings()) {
    const given = problem(shapeOf(rank, layout), affine, rank);
    const loss = () => lossOf(batchNormForward(given.x, given.affine, { eps, layout }).y, given.dy);
    const { saved } = batchNormForward(given.x, given.affine, { eps, layout });
    const name = `rank ${rank} ${layout}`;
    checkGradients(given, batchNormBackward(given.dy, saved), loss, name);
  }
});

Deno.test("batch renorm's gradients agree with finite differences to 1e-4, r and d clipped and not", () => {
  const running = {
    runningMean: Float32Array.of(-1, 0.5, 2),
    runningVar: Float32Array.of(0.5, 2, 9),
  };
  for (const { rank, layout, affine } of settings()) {
    for (const limits of [{ rmax: 1.05, dmax: 0.1 }, { rmax: 1e9, dmax: 1e9 }]) {
      const given = problem(shapeOf(rank, layout), affine, 10 + rank);
      const options = { eps, layout, updateStats: false, ...limits };
      const { saved } = batchRenormForward(given.x, { ...given.affine, ...running }, options);
      const { r, d } = saved;
      const clipped = r.some((value) => value === 1.05 || value === 1 / 1.05);
      assert.equal(clipped, limits.rmax === 1.05, "the limits bite where they should");
      // r and d are constants to the gradient, so the loss holds them at what they were.
      const loss = () => {
        const { mean, variance } = moments(given.x, { layout });
        const invStd = variance.map((value) => 1 / Math.sqrt(value + eps));
        const normalization: AffineParameters = given.affine;
        const y = normalize(given.x, { mean, invStd, r, d, ...normalization }, { layout });
        return lossOf(y, given.dy);
      };
      const name = `rank ${rank} ${layout} rmax ${limits.rmax}`;
      checkGradients(given, batchRenormBackward(given.dy, saved), loss, name);
    }
  }
});

Deno.test("the gradients of inference agree with finite differences to 1e-4", () => {
  const running = {
    runningMean: Float32Array.of(-1, 0, 2),
    runningVar: Float32Array.of(0.5, 2, 9),
  };
  for (const { rank, layout, affine } of settings()) {
    const given = problem(shapeOf(rank, layout), affine, 20 + rank);
    const run = () => batchNormInference(given.x, { ...given.affine, ...running }, { eps, layout });
    const loss = () => lossOf(run().y, given.dy);
    const gradients = batchNormInferenceBackward(given.dy, run().saved);
    checkGradients(given, gradients, loss, `rank ${rank} ${layout}`);
  }
});
