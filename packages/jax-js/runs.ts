/**
 * A tensor as short runs of one channel each. jax-js adds one value of a sum after the other, and
 * long sums lose digits; so every sum is taken along an axis that is short, and then along another.
 */
import type { JaxArray, JaxJs } from "./jax_js.ts";

/** A tensor's shape, `[n, ...]`, and where its channels stand in it. */
export interface Channels {
  readonly shape: readonly number[];
  readonly axis: number;
}

/** How the axes of a tensor are cut. */
export interface Runs {
  /** Of the tensor in runs: `[outer, channels, inner, run]`, or `[run, places, channels]`. */
  readonly shape: readonly number[];
  readonly runAxis: -1 | 0;
  readonly channels: number;
  /** Runs per channel: outer · inner. */
  readonly places: number;
  /** Short lengths whose product is `places`, or just above where it has no such divisors. */
  readonly pieces: readonly number[];
  /** Values in front of which the padding of the last run stands: what the cut axis really has. */
  readonly length: number;
}

/**
 * The most values that are added one after the other, and the fewest. Where one outlier is most of
 * a sum, each value after it is rounded the same way: longer runs would show it.
 */
const [longest, shortest] = [8, 4];

/** Cuts the spatial axes, or the samples where there are none. */
export function runsOf({ shape, axis }: Channels): Runs {
  const channels = shape[axis];
  const [outer, inner] = [productOf(shape.slice(0, axis)), productOf(shape.slice(axis + 1))];
  const length = inner > 1 ? inner : outer;
  const run = lastPiece(length);
  const count = Math.ceil(length / run);
  const cut = inner > 1
    ? { shape: [outer, channels, count, run], runAxis: -1, places: outer * count } as const
    : { shape: [run, count, channels], runAxis: 0, places: count } as const;
  return { ...cut, channels, length, pieces: shortPieces(cut.places) };
}

/** A tensor in its runs, filled up with zeros. Consumes it. */
export function inRuns({ numpy: np }: JaxJs, x: JaxArray, runs: Runs): JaxArray {
  const more = productOf(runs.shape) / perLength(runs) - runs.length;
  if (more === 0) return x.reshape([...runs.shape]);
  const { runAxis, shape, channels, length } = runs;
  const padded = runAxis === 0
    ? np.pad(x.reshape([length, channels]), [[0, more], [0, 0]])
    : np.pad(x.reshape([shape[0] * channels, length]), [[0, 0], [0, more]]);
  return padded.reshape([...shape]);
}

/** The inverse of {@linkcode inRuns}. Consumes the values. */
export function fromRuns(values: JaxArray, runs: Runs, shape: readonly number[]): JaxArray {
  const whole = productOf(runs.shape) / perLength(runs);
  if (whole > runs.length) {
    values = runs.runAxis === 0
      ? values.reshape([whole, runs.channels]).slice([0, runs.length])
      : values.reshape([runs.shape[0] * runs.channels, whole]).slice([], [0, runs.length]);
  }
  return values.reshape([...shape]);
}

/** The values with the padding at zero. Consumes them. */
export function withoutPadding({ numpy: np }: JaxJs, values: JaxArray, runs: Runs): JaxArray {
  const whole = productOf(runs.shape) / perLength(runs);
  if (whole === runs.length) return values;
  const { shape, runAxis } = runs;
  const ofCut = runAxis === 0 ? [shape[0], shape[1], 1] : [shape[2], shape[3]];
  const isValue = np.arange(whole).less(runs.length).reshape(ofCut);
  return np.where(isValue, values, np.array(0, { dtype: values.dtype }));
}

/** Values of the tensor beside each one of the axis that is cut. */
function perLength({ shape, runAxis, channels }: Runs): number {
  return runAxis === 0 ? channels : shape[0] * channels;
}

/** Lengths of at most 8 whose product is `length`, or the next one that is such a product. */
export function shortPieces(length: number): number[] {
  if (length === 1) return [];
  if (length <= longest) return [length];
  const piece = lastPiece(length);
  return [...shortPieces(Math.ceil(length / piece)), piece];
}

/**
 * A length that divides the given one, a multiple of four where there is one; or one to fill it up.
 */
function lastPiece(length: number): number {
  if (length <= longest) return length;
  const divisors = Array.from({ length: longest - shortest + 1 }, (_, i) => longest - i)
    .filter((piece) => length % piece === 0);
  const fours = divisors.filter((piece) => piece % 4 === 0);
  return fours[0] ?? divisors[0] ?? longest;
}

/** The product of some lengths. */
export function productOf(lengths: readonly number[]): number {
  return lengths.reduce((product, length) => product * length, 1);
}
