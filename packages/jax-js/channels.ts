/** One value per channel beside a tensor whose channels stand at some axis. */
import type { JaxArray, JaxJs } from "./jax_js.ts";
import { type Channels, productOf, type Runs } from "./runs.ts";

/** Values per channel. */
export function valuesPerChannel({ shape, axis }: Channels): number {
  return productOf(shape) / shape[axis];
}

/** The sum of each channel: of each run, then of what comes out, in pieces. Consumes `values`. */
export function sumOfChannels({ numpy: np }: JaxJs, values: JaxArray, runs: Runs): JaxArray {
  const { runAxis, channels, places, pieces } = runs;
  let sums = values.sum(runAxis);
  if (sums.ndim > 2) sums = sums.transpose([0, 2, 1]).reshape([places, channels]);
  const more = productOf(pieces) - places;
  if (more > 0) sums = np.pad(sums, [[0, more], [0, 0]]);
  sums = sums.reshape([...pieces, channels]);
  for (let i = 0; i < pieces.length; i++) sums = sums.sum(0);
  return sums;
}

/**
 * One value per channel, in a shape that broadcasts over the runs: piece by piece, so its gradient
 * is a sum of the same steps. Consumes the vector.
 *
 * Each step adds an axis in front, whose gradient is its sum; of any other broadcast jax-js 0.1.25
 * copies the gradient first.
 */
export function spread({ numpy: np }: JaxJs, vector: JaxArray, runs: Runs): JaxArray {
  const { shape, runAxis, channels, places, pieces } = runs;
  let values = vector;
  for (let i = pieces.length - 1; i >= 0; i--) {
    values = np.broadcastTo(values, [...pieces.slice(i), channels]);
  }
  if (productOf(pieces) > places) {
    values = values.reshape([productOf(pieces), channels]).slice([0, places]);
  }
  if (runAxis === 0) return values.reshape([places, channels]);
  const [outer, , inner] = shape;
  return values.reshape([outer, inner, channels]).transpose([0, 2, 1])
    .reshape([outer, channels, inner, 1]);
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

/** The first value of each channel. Consumes `values`. */
export function firstValues(values: JaxArray, { shape, axis }: Channels): JaxArray {
  return values.slice(...shape.map((_, i): number | [] => i === axis ? [] : 0));
}

/** The dtype in which a tensor is computed: float16 is for storage alone. */
export function computedDtype({ numpy: np }: JaxJs, x: JaxArray): JaxArray["dtype"] {
  return x.dtype === np.float16 ? np.float32 : x.dtype;
}
