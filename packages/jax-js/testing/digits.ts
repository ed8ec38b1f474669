/** Batch norm beside that of core-math, whose sums are float64. */
import assert from "node:assert/strict";
import { batchNormBackward, batchNormForward } from "@renorm/core-math";
import { randomValues, seededRandom } from "@renorm/testing/random_tensor";
import * as jax from "@jax-js/jax";
import { arrayOf, functions, read, stepOf } from "./batches.ts";

const { batchNorm, initialState } = functions;

/** Normally distributed values, the same each time. */
export function normals(length: number): Float32Array {
  return Float32Array.from(randomValues(length, seededRandom(1)));
}

/** One channel, whose runs have to be filled up. */
export const plane: readonly number[] = [1, 1, 181, 181];

/** Batch norm of x here, and in core-math, whose sums are float64. */
export async function both(
  x: Float32Array,
  shape: readonly number[],
  options: { momentum: number | null; eps?: number },
  { dyMean = 0, isMasked = false } = {},
) {
  const { numpy: np } = jax;
  const dy = Float32Array.from(randomValues(x.length, seededRandom(3)), (value) => value + dyMean);
  const all = () => np.ones([shape[0], ...shape.slice(2)]).greater(0);
  const step = stepOf((x, params, state) =>
    batchNorm(x, params, state, { ...options, ...isMasked && { mask: all() } })
  );
  const channels = shape[1];
  const params = { weight: np.ones([channels]), bias: np.zeros([channels]) };
  const given = [arrayOf(x, shape), params, initialState(channels), arrayOf(dy, shape)] as const;
  const [[dx, gradients], [y, state]] = await read(step(...given));
  // From 0 on, so that nothing of the old value can be left in what is expected.
  const running = {
    runningMean: new Float32Array(channels),
    runningVar: new Float32Array(channels),
  };
  const weight = new Float32Array(channels).fill(1);
  const bias = new Float32Array(channels);
  const forward = batchNormForward({ data: x, shape }, { weight, bias, ...running }, {
    ...options,
    momentum: 1,
  });
  const backward = batchNormBackward({ data: dy, shape }, forward.saved);
  const { weight: dWeight, bias: dBias } = gradients;
  return {
    actual: { y, dx, dWeight, dBias, ...state },
    expected: { ...backward, dx: backward.dx.data, y: forward.y.data, ...running },
  };
}

/** One pair in twenty of values and their negatives, so that the mean is far below all of them. */
function sparse(): Float32Array {
  const x = new Float32Array(181 * 181);
  normals(800).forEach((value, i) => [x[40 * i + 3], x[40 * i + 21]] = [8 * value, -8 * value]);
  x[100] = 1.3;
  return x;
}

/** Throws unless the running mean and dWeight of a sparse batch have float32's digits. */
export async function assertSparseDigits(
  shape: readonly number[],
  isMasked: boolean,
): Promise<void> {
  const x = sparse();
  const { actual, expected } = await both(x, shape, { momentum: 1 }, { dyMean: 10, isMasked });
  const noise = 2 ** -24 * Math.sqrt(x.length);
  const off = Math.abs(actual.dWeight[0] - expected.dWeight![0]);
  assert.ok(off < 120 * noise, `dWeight off by ${off / noise} times the noise`);
  const unit = 2 ** -24 * Math.sqrt(expected.runningVar[0] / x.length);
  const offMean = Math.abs(actual.runningMean[0] - expected.runningMean[0]);
  assert.ok(offMean < 6 * unit, `the mean off by ${offMean / unit} times the noise`);
}
