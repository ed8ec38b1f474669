/** Comparisons, snapshots and the layer of a rank, for the tests of several packages. */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  BatchRenorm1d,
  BatchRenorm2d,
  BatchRenorm3d,
  BatchRenormLayer,
  type NormalizationLayer,
  type Tensor,
} from "@renorm/core-math";

/** The batch norm class for a rank. */
export const batchNormOfRank = {
  2: BatchNorm1d,
  3: BatchNorm1d,
  4: BatchNorm2d,
  5: BatchNorm3d,
} as const;

/** The batch renorm class for a rank. */
export const batchRenormOfRank = {
  2: BatchRenorm1d,
  3: BatchRenorm1d,
  4: BatchRenorm2d,
  5: BatchRenorm3d,
} as const;

/** `length` irregular numbers in [-2, 2] that follow from `seed` alone. */
export function numbers(seed: number, length: number): number[] {
  return Array.from({ length }, (_, i) => 2 * Math.sin(seed + 1.7 * (i + 1) ** 2));
}

/** A float32 tensor of the given values. */
export function tensor(shape: readonly number[], values: Iterable<number>): Tensor {
  return { data: Float32Array.from(values), shape };
}

/** A float32 tensor of {@linkcode numbers}. */
export function someTensor(seed: number, shape: readonly number[]): Tensor {
  return tensor(shape, numbers(seed, shape.reduce((a, b) => a * b, 1)));
}

/**
 * Asserts that both hold the same numbers to the last bit: 0 is not −0, and any NaN is NaN.
 * Tensors and other objects are compared by what is in them.
 */
export function assertSame(actual: unknown, expected: unknown, message?: string): void {
  assert.deepEqual(plain(actual), plain(expected), message);
}

/** Asserts that no value is off by more than `tolerance` times the largest expected one. */
export function assertClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  message = "",
): void {
  assert.equal(actual.length, expected.length, message);
  const scale = Math.max(Number.MIN_VALUE, ...Array.from(expected, Math.abs));
  for (let i = 0; i < expected.length; i++) {
    const close = Math.abs(actual[i] - expected[i]) <= tolerance * scale;
    assert.ok(close, `${message} [${i}]: ${actual[i]} is not ${expected[i]} beside ${scale}`);
  }
}

/** Runs a property with a fixed seed. */
export function assertHolds<T>(property: fc.IProperty<T>, numRuns = 100): void {
  fc.assert(property, { seed: 170203275, numRuns });
}

/**
 * Whether the call throws. An error must be of the form of all errors of this package:
 * `<owner> expects <wanted>: got <what came>`.
 */
export function throwsWell(call: () => unknown): boolean {
  try {
    call();
    return false;
  } catch (error) {
    assert.ok(error instanceof TypeError || error instanceof RangeError, String(error));
    assert.match(error.message, /^\w+ expects [^]+: got [^]+$/);
    return true;
  }
}

/** Everything that can be seen of a layer, as a copy. */
export function snapshot(layer: NormalizationLayer): unknown {
  const { training, numBatchesTracked, skippedUpdates, weightGrad, biasGrad } = layer;
  const renorm = layer instanceof BatchRenormLayer && {
    renormStep: layer.renormStep,
    limits: layer.limits,
  };
  const counts = { training, numBatchesTracked, skippedUpdates, ...renorm };
  const print = String(layer);
  return plain({ state: layer.stateDict(), weightGrad, biasGrad, print, ...counts });
}

/** The same with every typed array as a list. */
export function plain(value: unknown): unknown {
  if (value instanceof Float32Array || value instanceof Float64Array) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}
