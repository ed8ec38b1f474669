import {
  type Channels,
  computedDtype,
  firstValues,
  spread,
  sumOfChannels,
  valuesPerChannel,
} from "./channels.ts";
import type { JaxArray, JaxJs } from "./jax_js.ts";

/** Moments of a batch, a value a channel, and the batch without its mean. */
export interface BatchMoments {
  /** x − mean, with the mean as a constant to the gradient. */
  readonly centred: JaxArray;
  /** The mean, with its gradient. */
  readonly mean: JaxArray;
  /** Divided by m. */
  readonly variance: JaxArray;
}

/**
 * The mean, from distances to each channel's first value, so that a large offset costs no digits;
 * then the variance of the centred batch. Consumes x.
 *
 * The centred batch takes the mean as a constant: in the variance its gradient is zero, since
 * `Σ(x − mean) = 0`, and in y the caller adds it a channel at a time. So the backward needs the two
 * sums of the closed form and no others.
 */
export function batchMoments(jax: JaxJs, x: JaxArray, channels: Channels): BatchMoments {
  const { lax, numpy: np } = jax;
  const dtype = computedDtype(jax, x);
  const meanOf = (values: JaxArray) =>
    sumOfChannels(values, channels).mul(np.array(1 / valuesPerChannel(channels), { dtype }));
  const first = lax.stopGradient(firstValues(x.ref, channels).astype(dtype));
  const distances = (x: JaxArray) => x.astype(dtype).sub(spread(jax, first.ref, channels));
  const distance = meanOf(distances(x.ref));
  const fixed = lax.stopGradient(distance.ref);
  const centred = distances(x).sub(spread(jax, fixed, channels));
  const variance = meanOf(np.square(centred.ref));
  return { centred, mean: distance.add(first), variance };
}
