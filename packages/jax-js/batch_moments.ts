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
  /** Zero, with the gradient of the mean: `centred − drift` has every gradient of x − mean. */
  readonly drift: JaxArray;
  /** The mean, a constant to the gradient. */
  readonly mean: JaxArray;
  /** Divided by m. */
  readonly variance: JaxArray;
}

/**
 * The mean, from distances to each channel's first value, so that a large offset costs no digits;
 * then the variance of the centred batch. Consumes x.
 *
 * The centred batch takes the mean as a constant, and what the mean adds to a gradient is a value a
 * channel: in the variance `Σ(x − mean)²/m = Σcentred²/m − drift²`, since `Σcentred/m = drift`. So a
 * backward needs the two sums of the closed form and no others, and gradients of gradients are right.
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
  const centred = distances(x).sub(spread(jax, fixed.ref, channels));
  const drift = distance.sub(fixed.ref);
  const variance = meanOf(np.square(centred.ref)).sub(np.square(drift.ref));
  return { centred, drift, mean: fixed.add(first), variance };
}
