import { computedDtype, firstValues, spread, sumOfChannels, valuesPerChannel } from "./channels.ts";
import type { JaxArray, JaxJs } from "./jax_js.ts";
import { firstCounting, type MaskInRuns, whereCounting } from "./masks.ts";
import { type Channels, inRuns, type Runs, withoutPadding } from "./runs.ts";

/** A value near the mean of each channel, and what is left to the mean. */
export interface MeanInParts {
  readonly near: JaxArray;
  readonly rest: JaxArray;
}

/** Moments per channel of a batch, and the batch in runs without its mean, in its own unit. */
export interface BatchMoments {
  /** (x − mean)/unit, with the mean as a constant to the gradient. */
  readonly centred: JaxArray;
  /** Under a mask, where centred is 0 at masked positions: the same at all of them, a constant. */
  readonly everywhere: JaxArray | null;
  /**
   * Zero, with the gradient of mean/unit: `centred − drift` has every gradient of (x − mean)/unit.
   */
  readonly drift: JaxArray;
  /**
   * The mean in two parts whose sum it is, constants to the gradient: as one float it would be less
   * exact than `centred`, by a rounding that a small deviation beside a large mean makes large.
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
 * digits: from distances to each channel's first value, then from distances to that mean, which are
 * exact near it. Then the variance of the centred batch, in units of each channel so that squares
 * of 1e18 and of 1e-18 and their gradients are in float32's range. Consumes x.
 *
 * The centred batch takes the mean as a constant, and what the mean adds to a gradient is a value a
 * channel: in the variance `Σ(x − mean)²/m = Σcentred²/m − drift²`, since `Σcentred/m = drift`. So
 * a backward needs the two sums of the closed form and no others, and gradients of gradients are
 * right.
 *
 * Under a mask, which is not consumed, masked positions are as the padding of the runs.
 */
export function batchMoments(
  jax: JaxJs,
  x: JaxArray,
  channels: Channels,
  runs: Runs,
  eps: number,
  mask: MaskInRuns | null,
): BatchMoments {
  const { lax, numpy: np } = jax;
  const dtype = computedDtype(jax, x);
  const m = valuesPerChannel(channels);
  // About 1/m before the sum, and exact. jax-js 0.1.25 writes the terms of a sum on webgpu without
  // parentheses: Σ(x − mean) would be x − mean + x − mean + …, with the digits of x; of a product
  // not.
  const share = 2 ** -Math.floor(Math.log2(m));
  // Where nothing counts the sums are 0, whatever they are divided by.
  const more = mask
    ? np.reciprocal(np.maximum(mask.m.ref, np.array(1, { dtype })).mul(share))
    : np.array(1 / (m * share), { dtype });
  const meanOf = (values: JaxArray) => sumOfChannels(jax, values.mul(share), runs).mul(more.ref);
  const distances = (from: JaxArray) => inRuns(jax, x.ref, runs).astype(dtype).sub(from);
  const whole = (values: JaxArray) =>
    mask ? whereCounting(jax, mask, values) : withoutPadding(jax, values, runs);

  const first = lax.stopGradient(
    mask
      ? firstCounting(jax, mask, inRuns(jax, x.ref, runs).astype(dtype), runs)
      : firstValues(x.ref, channels).astype(dtype),
  );
  const shift = lax.stopGradient(meanOf(whole(distances(spread(jax, first.ref, runs)))));
  // In few digits: adding the same long number to many sums would round each of them the same way.
  const coarse = np.absolute(shift.ref).mul(2 ** 16);
  const lifted = stored(jax, first.add(shift.ref).add(coarse.ref));
  const near = stored(jax, lifted.sub(coarse));
  const unit = unitOf(jax, np.absolute(near.ref).add(np.absolute(shift)), eps);

  const rest = meanOf(whole(distances(spread(jax, near.ref, runs))));
  const fixedRest = lax.stopGradient(rest.ref);
  const scale = np.reciprocal(unit.ref);
  const distance = distances(spread(jax, near.ref, runs)).sub(spread(jax, fixedRest.ref, runs));
  const everywhere = mask &&
    lax.stopGradient(distance.ref).mul(spread(jax, scale.ref, runs));
  const centred = whole(distance).mul(spread(jax, scale.ref, runs));
  const mean = { near, rest: fixedRest };
  x.dispose();
  const drift = rest.sub(fixedRest.ref).mul(scale);
  const variance = meanOf(np.square(centred.ref)).sub(np.square(drift.ref));
  more.dispose();
  return { centred, everywhere, drift, mean, variance, unit };
}

/**
 * One value per channel, rounded as an array is: all who use it see the same. jax-js works out what
 * it pads on its own, and other values again in each kernel that needs them: on its cpu backend in
 * float64, and on webgpu under a compiler that may take (a + b) − b for a. Consumes the values.
 */
export function stored({ numpy: np }: JaxJs, values: JaxArray): JaxArray {
  const [channels] = values.shape;
  return np.pad(values, [[0, 1]]).slice([0, channels]);
}

/**
 * A power of two within 2^10 of a magnitude, where there is one in which eps is not lost: units are
 * then exact to multiply with, as one value whose square is most of a variance needs it. Consumes
 * it.
 */
function unitOf({ numpy: np }: JaxJs, magnitude: JaxArray, eps: number): JaxArray {
  const number = (exponent: number) => np.array(2 ** exponent, { dtype: magnitude.dtype });
  const largest = Math.floor(Math.log2(Math.max(Math.sqrt(eps) * 1e15, 1e3)));
  let unit = number(-40);
  for (let exponent = -20; exponent <= Math.min(40, largest); exponent += 20) {
    unit = np.where(magnitude.ref.less(2 ** (exponent - 10)), unit, number(exponent));
  }
  magnitude.dispose();
  return unit;
}
