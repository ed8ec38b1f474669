/** Unit roundoff of float32. */
const u = 2 ** -24;

/**
 * The one tolerance rule: an array passes when its largest absolute error is at most
 * `max(k · torchError, 4 · k · u · scale)` with `scale = max|expected|`.
 *
 * `torchError` is how far torch's own float32 run is from the float64 values, so `k = 1` asks to be
 * no less exact than torch itself (the CPU reference), and `k = 4` is for sums in float32: on a
 * GPU, and in jax-js.
 *
 * @param expected The expected values.
 * @param torchError torch's largest absolute error on this array; 0 when it was not recorded.
 * @param k Factor of the target.
 */
export function allowedError(expected: readonly number[], torchError: number, k: number): number {
  return Math.max(k * torchError, 4 * k * u * largestMagnitude(expected));
}

/**
 * What float16 storage may add to that in y and dx, which are rounded once when they are written:
 * half the spacing of float16 at `scale`, which is at most `2^-11 · scale`, and `2^-25` near zero,
 * where the spacing stays `2^-24`. Inputs are exact, since the case is made of rounded ones, and
 * everything a channel has is computed and kept in float32, so nothing else has an allowance of its
 * own.
 */
export function float16Allowance(expected: readonly number[]): number {
  return Math.max(2 ** -11 * largestMagnitude(expected), 2 ** -25);
}

function largestMagnitude(values: readonly number[]): number {
  return values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

/** The largest absolute difference; infinite when a value is not finite or the lengths differ. */
export function largestError(actual: ArrayLike<number>, expected: readonly number[]): number {
  if (actual.length !== expected.length) return Infinity;
  return expected.reduce((largest, value, i) => {
    const error = Math.abs(actual[i] - value);
    return Number.isNaN(error) ? Infinity : Math.max(largest, error);
  }, 0);
}
