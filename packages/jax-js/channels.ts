/** A value a channel beside a tensor whose channels stand at some axis. */
import type { JaxArray, JaxJs } from "./jax_js.ts";

/** A tensor's shape, `[n, ...]`, and where its channels stand in it. */
export interface Channels {
  readonly shape: readonly number[];
  readonly axis: number;
}

/** Values a channel. */
export function valuesPerChannel({ shape, axis }: Channels): number {
  return shape.reduce((product, length, i) => i === axis ? product : product * length, 1);
}

/**
 * The sum of each channel: over the spatial places of a sample, then over the samples. In two steps,
 * since jax-js adds one value after the other, and shorter sums lose fewer digits. Consumes `values`.
 */
export function sumOfChannels(values: JaxArray, { shape, axis }: Channels): JaxArray {
  const spatial = shape.map((_, i) => i).filter((i) => i !== 0 && i !== axis);
  return (spatial.length > 0 ? values.sum(spatial) : values).sum(0);
}

/**
 * A value a channel, in a shape that broadcasts over the tensor. It is spread over the samples first,
 * so that its gradient is summed in the same two steps. Consumes the vector.
 */
export function spread({ numpy: np }: JaxJs, vector: JaxArray, channels: Channels): JaxArray {
  const ofSample = channels.shape.map((_, i) => i === channels.axis ? vector.size : 1);
  return np.broadcastTo(vector.reshape(ofSample), [channels.shape[0], ...ofSample.slice(1)]);
}

/** The first value of each channel. Consumes `values`. */
export function firstValues(values: JaxArray, { shape, axis }: Channels): JaxArray {
  return values.slice(...shape.map((_, i): number | [] => i === axis ? [] : 0));
}

/** The dtype in which a tensor is computed: float16 is for storage alone. */
export function computedDtype({ numpy: np }: JaxJs, x: JaxArray): JaxArray["dtype"] {
  return x.dtype === np.float16 ? np.float32 : x.dtype;
}
