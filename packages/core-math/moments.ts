import { checkVector, expects, readFields } from "./checks/tensors.ts";
import { checkOption, checkOptions } from "./checks/options.ts";
import { type ChannelView, readInput } from "./channel_view.ts";
import type { FloatArray, Layout, Tensor } from "./tensor.ts";

/** Mean and biased variance of each channel, with the number of values behind them. */
export interface Moments {
  /** Mean per channel, float64. */
  readonly mean: Float64Array;
  /** Biased variance per channel (divided by `m`), float64, never below 0. */
  readonly variance: Float64Array;
  /** Values per channel. */
  readonly m: number;
}

/** Options of {@linkcode moments}. */
export interface MomentsOptions {
  /** Where the channels stand. Default `"channels-first"`. */
  layout?: Layout;
}

/**
 * Computes `mean = Σx / m` and `variance = Σ(x − mean)² / m` for each channel.
 *
 * It sums in float64 and in one pass over the memory, with each channel shifted by its first
 * value: that keeps a small variance beside a large mean, where `E[x²] − E[x]²` would cancel. Each
 * channel is summed in the same order in both layouts, so the results are the same bits.
 *
 * @param x Tensor of rank 2 to 5.
 * @param options The layout.
 * @returns The moments; zeros with `m = 0` for an empty batch. A NaN or an infinity in a channel
 * makes the moments of that channel non-finite.
 * @throws {TypeError} For a malformed tensor, a rank outside 2 to 5 or an unknown option.
 * @see torch.var_mean with `correction=0`
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { moments } from "@renorm/core-math";
 *
 * const x = { data: new Float32Array([1, 10, 3, 30]), shape: [2, 2] };
 * assert.deepEqual(moments(x).mean, new Float64Array([2, 20]));
 * assert.deepEqual(moments(x).variance, new Float64Array([1, 100]));
 * ```
 */
export function moments<A extends FloatArray>(x: Tensor<A>, options: MomentsOptions = {}): Moments {
  const owner = "moments";
  const { layout } = checkOptions(owner, options, ["layout"]);
  const input = readInput<A>(owner, x, layout);
  return momentsOf(input.x.data, input.view);
}

/** The same for a tensor that was checked. */
export function momentsOf(data: FloatArray, { channels, inner, m }: ChannelView): Moments {
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  if (m === 0) return { mean, variance, m };
  // Sums of x − shift and of its square, where the shift is a channel's first value.
  if (inner === 1) {
    for (let i = 0; i < data.length;) {
      for (let c = 0; c < channels; c++, i++) {
        const value = data[i] - data[c];
        mean[c] += value;
        variance[c] += value * value;
      }
    }
  } else {
    for (let i = 0; i < data.length;) {
      for (let c = 0; c < channels; c++) {
        const shift = data[c * inner];
        let sum = mean[c];
        let squares = variance[c];
        for (const end = i + inner; i < end; i++) {
          const value = data[i] - shift;
          sum += value;
          squares += value * value;
        }
        mean[c] = sum;
        variance[c] = squares;
      }
    }
  }
  for (let c = 0; c < channels; c++) {
    const shiftedMean = mean[c] / m;
    // Rounding can leave a constant channel a hair below zero.
    const centred = (variance[c] - shiftedMean * mean[c]) / m;
    variance[c] = centred < 0 ? 0 : centred;
    mean[c] = data[c * inner] + shiftedMean;
  }
  return { mean, variance, m };
}

/** Moments that a caller hands in, as copies: of `channels` channels, where that is given. */
export function readMoments(
  owner: string,
  name: string,
  given: unknown,
  channels?: number,
): Moments {
  const { mean, variance, m } = readFields(owner, name, given, ["mean", "variance", "m"]);
  checkVector(owner, `${name}.mean`, mean, channels);
  checkVector(owner, `${name}.variance`, variance, mean.length);
  checkOption(owner, "m", m);
  const negative = variance.find((value) => value < 0);
  if (negative !== undefined) {
    throw new RangeError(expects(owner, `${name}.variance to be at least 0`, String(negative)));
  }
  return { mean: Float64Array.from(mean), variance: Float64Array.from(variance), m: m as number };
}
