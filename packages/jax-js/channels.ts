/** A value a channel beside a tensor whose channels stand at some axis. */
import type { JaxArray, JaxJs } from "./jax_js.ts";

/** A tensor's shape, `[n, ...]`, and where its channels stand in it. */
export interface Channels {
  readonly shape: readonly number[];
  readonly axis: number;
}

/** Values a channel. */
export function valuesPerChannel({ shape, axis }: Channels): number {
  return productOf(shape) / shape[axis];
}

/**
 * The sum of each channel. jax-js adds one value after the other, and a long sum loses digits, so it is
 * taken over short axes, one at a time: first over what stands behind the channels, then over what
 * stands before them. Consumes `values`.
 */
export function sumOfChannels(
  { numpy: np }: JaxJs,
  values: JaxArray,
  channels: Channels,
): JaxArray {
  const { before, count, behind } = around(channels);
  let sums = padded(np, values.reshape([before.length, count, behind.length]), 2, behind);
  sums = sums.reshape([before.length, count, ...behind.pieces]);
  for (let i = 0; i < behind.pieces.length; i++) sums = sums.sum(-1);
  sums = padded(np, sums, 0, before).reshape([...before.pieces, count]);
  for (let i = 0; i < before.pieces.length; i++) sums = sums.sum(-2);
  return sums;
}

/**
 * A value a channel, spread over the tensor: step by step along the same short axes, so that its
 * gradient is a sum of the same steps. Consumes the vector.
 */
export function spread({ numpy: np }: JaxJs, vector: JaxArray, channels: Channels): JaxArray {
  const { before, count, behind } = around(channels);
  let values = vector;
  before.pieces.forEach((length, i) => {
    const done = before.pieces.slice(0, i);
    values = np.broadcastTo(values.reshape([...done, 1, count]), [...done, length, count]);
  });
  values = values.reshape([productOf(before.pieces), count]).slice([0, before.length]);
  behind.pieces.forEach((length, i) => {
    const done = [before.length, count, ...behind.pieces.slice(0, i)];
    values = np.broadcastTo(values.reshape([...done, 1]), [...done, length]);
  });
  values = values.reshape([before.length, count, productOf(behind.pieces)]);
  return values.slice([], [], [0, behind.length]).reshape([...channels.shape]);
}

/** A length as a product of short lengths, or of the next longer one that is such a product. */
interface Axis {
  readonly length: number;
  readonly pieces: readonly number[];
}

/** The axes before and behind the channels, each as one. */
function around({ shape, axis }: Channels): { before: Axis; count: number; behind: Axis } {
  const axisOf = (lengths: readonly number[]): Axis => {
    const length = productOf(lengths);
    return { length, pieces: shortPieces(length) };
  };
  return {
    before: axisOf(shape.slice(0, axis)),
    count: shape[axis],
    behind: axisOf(shape.slice(axis + 1)),
  };
}

/** The most values that are added one after the other, and the fewest for which a step is worth it. */
const [longest, shortest] = [32, 8];

/**
 * Lengths of at most 32 whose product is `length`, or is just above it where it has no such divisor:
 * a prime is filled up with zeros.
 */
export function shortPieces(length: number): number[] {
  if (length === 1) return [];
  if (length <= longest) return [length];
  let piece = longest;
  while (piece >= shortest && length % piece > 0) piece--;
  if (piece < shortest) piece = longest;
  return [...shortPieces(Math.ceil(length / piece)), piece];
}

/** Fills an axis up with zeros to the product of its pieces. Consumes `values`. */
function padded(
  np: JaxJs["numpy"],
  values: JaxArray,
  axis: number,
  { length, pieces }: Axis,
): JaxArray {
  const more = productOf(pieces) - length;
  if (more === 0) return values;
  return np.pad(values, values.shape.map((_, i): [number, number] => [0, i === axis ? more : 0]));
}

function productOf(lengths: readonly number[]): number {
  return lengths.reduce((product, length) => product * length, 1);
}

/** The first value of each channel. Consumes `values`. */
export function firstValues(values: JaxArray, { shape, axis }: Channels): JaxArray {
  return values.slice(...shape.map((_, i): number | [] => i === axis ? [] : 0));
}

/** The dtype in which a tensor is computed: float16 is for storage alone. */
export function computedDtype({ numpy: np }: JaxJs, x: JaxArray): JaxArray["dtype"] {
  return x.dtype === np.float16 ? np.float32 : x.dtype;
}
