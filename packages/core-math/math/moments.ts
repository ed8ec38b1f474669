import type { FloatArray } from "../tensor.ts";
import type { ChannelView } from "./channel_view.ts";

/** Mean and biased variance of each channel, with the number of values behind them. */
export interface Moments {
  /** Mean per channel, float64. */
  readonly mean: Float64Array;
  /** Biased variance per channel (divided by `m`), float64, never below 0. */
  readonly variance: Float64Array;
  /** Values per channel. */
  readonly m: number;
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
