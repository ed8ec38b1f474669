import {
  computedDtype,
  firstValues,
  spread,
  stored,
  sumOfChannels,
  valuesPerChannel,
} from "./channels.ts";
import type { JaxArray, JaxJs } from "./jax_js.ts";
import { firstCounting, type MaskInRuns, whereCounting } from "./masks.ts";
import { type Channels, inRuns, type Runs, withoutPadding } from "./runs.ts";

/** A value near the mean of each channel, and what is left to the mean: constants. */
export interface MeanInParts {
  readonly near: JaxArray;
  readonly rest: JaxArray;
}

/** Moments per channel of a batch, and the batch in runs about a value near its mean. */
export interface BatchMoments {
  /** (x − near)/unit, with near as a constant to the gradient. */
  readonly centred: JaxArray;
  /** Under a mask, where centred is 0 at masked positions: the same at all of them. */
  readonly everywhere: JaxArray | null;
  /** The mean of centred, and its gradient: `centred − drift` is (x − mean)/unit. */
  readonly drift: JaxArray;
  /**
   * The mean in two parts whose sum it is: as one float it would be less exact than
   * `centred − drift`, by a rounding that a small deviation beside a large mean makes large.
   */
  readonly mean: MeanInParts;
  /** Divided by m, in units squared. */
  readonly variance: JaxArray;
  /**
   * What 1 stands for: a length that is neither far below nor far above the deviation. A constant.
   */
  readonly unit: JaxArray;
}

/**
 * The mean in two looks, so that neither a large offset nor a first value that is an outlier costs
 * digits: from distances to each channel's first value, then from distances to a value near that
 * mean which has few digits. What x − near loses depends on x alone: the last digits of a long mean
 * would round all large values the same way, and add up in the mean and in the gradients. Between
 * the two, the mean distance to the first mean says how large values are: the unit in which squares
 * of 1e18 and of 1e-18 and their gradients are in float32's range. Consumes x.
 *
 * near is a constant, and what the mean adds to a gradient is a value a channel: in the variance
 * `Σ(x − mean)²/m = Σcentred²/m − drift²`, since `Σcentred/m = drift`. So a backward needs the two
 * sums of the closed form and no others, and gradients of gradients are right.
 *
 * Under a mask, which is not consumed, masked positions are as the padding of the runs.
 */
export function batchMoments(
  jax: JaxJs,
  x: JaxArray,
  channels: Channels,
  runs: Runs,
  mask: MaskInRuns | null,
): BatchMoments {
  const { lax, numpy: np } = jax;
  const dtype = computedDtype(jax, x);
  // Where nothing counts the sums are 0, whatever they are divided by.
  const share = mask
    ? np.reciprocal(np.maximum(mask.m.ref, np.array(1, { dtype })))
    : np.array(1 / valuesPerChannel(channels), { dtype });
  const meanOf = (values: JaxArray) => sumOfChannels(jax, values, runs).mul(share.ref);
  const distances = (from: JaxArray) => inRuns(jax, x.ref, runs).astype(dtype).sub(from);
  const whole = (values: JaxArray) =>
    mask ? whereCounting(jax, mask, values) : withoutPadding(jax, values, runs);

  const first = lax.stopGradient(
    mask
      ? firstCounting(jax, mask, inRuns(jax, x.ref, runs).astype(dtype), runs)
      : firstValues(x.ref, channels).astype(dtype),
  );
  const shift = lax.stopGradient(meanOf(whole(distances(spread(jax, first.ref, runs)))));
  const roughly = first.add(shift);
  const size = lax.stopGradient(
    meanOf(np.absolute(whole(distances(spread(jax, roughly.ref, runs))))),
  );
  const near = withFewDigits(jax, roughly, size.ref);
  const unit = unitOf(jax, size);
  const scale = spread(jax, np.reciprocal(unit.ref), runs);

  const distance = distances(spread(jax, near.ref, runs)).mul(scale);
  const everywhere = mask && distance.ref;
  const centred = whole(distance);
  const drift = meanOf(centred.ref);
  const variance = meanOf(np.square(centred.ref)).sub(np.square(drift.ref));
  const mean = { near, rest: drift.ref.mul(unit.ref) };
  [x, share].forEach((array) => array.dispose());
  return { centred, everywhere, drift, mean, variance, unit };
}

/**
 * Values rounded to about a thousandth of a size, unless their own last digit is larger. Consumes
 * both.
 */
function withFewDigits(jax: JaxJs, values: JaxArray, size: JaxArray): JaxArray {
  const { numpy: np } = jax;
  const lift = size.mul(2 ** 13);
  const lifted = stored(jax, values.ref.add(lift.ref));
  const isShort = np.absolute(values.ref).greaterEqual(lift.ref);
  return stored(jax, np.where(isShort, values, lifted.sub(lift)));
}

/**
 * A power of two within 2^20 of a size, or the nearest there is: units are then exact to multiply
 * with, as one value whose square is most of a variance needs it. Consumes it.
 */
function unitOf({ numpy: np }: JaxJs, size: JaxArray): JaxArray {
  const number = (exponent: number) => np.array(2 ** exponent, { dtype: size.dtype });
  let unit = number(-40);
  for (const exponent of [0, 40]) {
    unit = np.where(size.ref.less(2 ** (exponent - 20)), unit, number(exponent));
  }
  size.dispose();
  return unit;
}
