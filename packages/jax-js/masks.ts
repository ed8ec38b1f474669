/** Masks over the positions of a tensor: those at true make the statistics and have gradients. */
import { sumOfChannels } from "./channels.ts";
import type { JaxArray, JaxJs } from "./jax_js.ts";
import { productOf, type Runs } from "./runs.ts";

/** The mask of a call, where it has one; an alias, as the trees of jax-js take no interfaces. */
export type MaskArray = { mask?: JaxArray };

/** A mask beside a tensor in runs. */
export interface MaskInRuns {
  /** Whether a position counts; it broadcasts over the channels, and padding does not count. */
  readonly counts: JaxArray;
  /** How many do, a scalar. */
  readonly m: JaxArray;
  /** Whether there are enough for a batch, at least two: a scalar 1 or 0. */
  readonly isBatch: JaxArray;
}

/** Cuts a mask as its tensor is cut, for numbers of this dtype. Consumes it. */
export function maskInRuns(
  { numpy: np }: JaxJs,
  mask: JaxArray,
  { shape, runAxis, length }: Runs,
  dtype: JaxArray["dtype"],
): MaskInRuns {
  const [samples, own] = runAxis === 0
    ? [1, [shape[0], shape[1], 1]]
    : [shape[0], [shape[0], 1, shape[2], shape[3]]];
  const flags = mask.astype(dtype).reshape([samples, length]);
  const more = productOf(own) / samples - length;
  const whole = more > 0 ? np.pad(flags.ref, [[0, 0], [0, more]]) : flags.ref;
  const m = flags.sum();
  const isBatch = m.ref.greater(1.5).astype(dtype);
  return { counts: whole.reshape([...own]).greater(0.5), m, isBatch };
}

/** The values at positions that count, and 0 at the others. Consumes them, but not the mask. */
export function whereCounting({ numpy: np }: JaxJs, mask: MaskInRuns, values: JaxArray): JaxArray {
  return np.where(mask.counts.ref, values, np.array(0, { dtype: values.dtype }));
}

/**
 * What a map makes of the values that count, and, as constants to the gradient, of the others.
 *
 * @param counting The values, 0 at positions that do not count: a NaN there is in no gradient.
 * @param everywhere The values at all positions. Both are consumed, the mask is not.
 */
export function mapUnderMask(
  { lax, numpy: np }: JaxJs,
  mask: MaskInRuns,
  counting: JaxArray,
  everywhere: JaxArray,
  map: (values: JaxArray) => JaxArray,
): JaxArray {
  return np.where(mask.counts.ref, map(counting), lax.stopGradient(map(everywhere)));
}

/** The first value of each channel that counts, 0 where none does. Consumes the values alone. */
export function firstCounting(
  jax: JaxJs,
  { counts }: MaskInRuns,
  values: JaxArray,
  runs: Runs,
): JaxArray {
  const { numpy: np } = jax;
  const length = productOf(counts.shape);
  const places = np.arange(length).reshape([...counts.shape]);
  const first = np.min(np.where(counts.ref, places.ref, length));
  const alone = np.where(places.equal(first), values, np.array(0, { dtype: values.dtype }));
  return sumOfChannels(jax, alone, runs);
}
