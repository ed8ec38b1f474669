import type { FloatArray } from "../tensor.ts";
import type { ChannelView } from "./channel_view.ts";
import type {
  ChannelMap,
  ChannelMoments,
  ChannelRange,
  GradientMap,
  GradientSums,
  InnerLoops,
} from "./inner_loops.ts";

/** The loops in TypeScript: the reference. Those that write take a range of channels as well. */
export const plainLoops: InnerLoops & {
  normalize(
    x: FloatArray,
    view: ChannelView,
    map: ChannelMap,
    y: FloatArray,
    range?: ChannelRange,
  ): void;
  inputGradient(
    dy: FloatArray,
    x: FloatArray,
    view: ChannelView,
    map: GradientMap,
    dx: FloatArray,
    range?: ChannelRange,
  ): void;
} = {
  moments,
  normalize,
  gradientSums,
  inputGradient,
  forward(x, view, batch, map, setMap, y) {
    moments(x, view, batch);
    setMap({ from: 0, to: view.channels });
    normalize(x, view, map, y);
  },
  backward(dy, x, view, sums, map, setMap, dx) {
    gradientSums(dy, x, view, map.mean, sums);
    setMap({ from: 0, to: view.channels });
    inputGradient(dy, x, view, map, dx);
  },
};

/**
 * In one pass, with each channel shifted by its first value, and in the same order in any layout.
 */
function moments(
  x: FloatArray,
  { channels, inner, m }: ChannelView,
  { mean, variance }: ChannelMoments,
): void {
  mean.fill(0);
  variance.fill(0);
  if (m === 0) return;
  // Sums of x − shift and of its square, where the shift is a channel's first value.
  if (inner === 1) {
    for (let i = 0; i < x.length;) {
      for (let c = 0; c < channels; c++, i++) {
        const value = x[i] - x[c];
        mean[c] += value;
        variance[c] += value * value;
      }
    }
  } else {
    for (let i = 0; i < x.length;) {
      for (let c = 0; c < channels; c++) {
        const shift = x[c * inner];
        let sum = mean[c];
        let squares = variance[c];
        for (const end = i + inner; i < end; i++) {
          const value = x[i] - shift;
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
    mean[c] = x[c * inner] + shiftedMean;
  }
}

function normalize(
  x: FloatArray,
  { channels, inner }: ChannelView,
  { mean, scale, shift }: ChannelMap,
  y: FloatArray,
  { from, to }: ChannelRange = { from: 0, to: channels },
): void {
  for (let sample = 0; sample < x.length; sample += channels * inner) {
    if (inner === 1) {
      for (let c = from, i = sample + from; c < to; c++, i++) {
        y[i] = (x[i] - mean[c]) * scale[c] + shift[c];
      }
      continue;
    }
    for (let c = from, i = sample + from * inner; c < to; c++) {
      const centre = mean[c];
      const factor = scale[c];
      const offset = shift[c];
      for (const end = i + inner; i < end; i++) y[i] = (x[i] - centre) * factor + offset;
    }
  }
}

function gradientSums(
  dy: FloatArray,
  x: FloatArray,
  { channels, inner }: ChannelView,
  mean: Float64Array,
  { sums, products }: GradientSums,
): void {
  sums.fill(0);
  products.fill(0);
  if (inner === 1) {
    for (let i = 0; i < dy.length;) {
      for (let c = 0; c < channels; c++, i++) {
        sums[c] += dy[i];
        products[c] += dy[i] * (x[i] - mean[c]);
      }
    }
    return;
  }
  for (let i = 0; i < dy.length;) {
    for (let c = 0; c < channels; c++) {
      const centre = mean[c];
      let sum = sums[c];
      let product = products[c];
      for (const end = i + inner; i < end; i++) {
        sum += dy[i];
        product += dy[i] * (x[i] - centre);
      }
      sums[c] = sum;
      products[c] = product;
    }
  }
}

function inputGradient(
  dy: FloatArray,
  x: FloatArray,
  { channels, inner }: ChannelView,
  { mean, ofX, ofDy, constant }: GradientMap,
  dx: FloatArray,
  { from, to }: ChannelRange = { from: 0, to: channels },
): void {
  for (let sample = 0; sample < dy.length; sample += channels * inner) {
    if (inner === 1) {
      for (let c = from, i = sample + from; c < to; c++, i++) {
        dx[i] = ofDy[c] * dy[i] + ofX[c] * (x[i] - mean[c]) + constant[c];
      }
      continue;
    }
    for (let c = from, i = sample + from * inner; c < to; c++) {
      const a = ofDy[c];
      const b = ofX[c];
      const k = constant[c];
      const centre = mean[c];
      for (const end = i + inner; i < end; i++) dx[i] = a * dy[i] + b * (x[i] - centre) + k;
    }
  }
}
