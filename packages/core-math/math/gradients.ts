import { expects, readAlike, readFields, readOut, sharesMemory } from "../checks/tensors.ts";
import { checkOptions } from "../checks/options.ts";
import { type ChannelView, readInput } from "../channel_view.ts";
import type { SavedForBackward, SavedForTrainingBackward } from "./forward.ts";
import {
  channelScale,
  checkNormalization,
  normalizationNames,
  scaleAndShift,
} from "../normalize.ts";
import { arrayLike, type FloatArray, type Layout, type Tensor, tensorLike } from "../tensor.ts";

/** Options of the backwards. */
export interface BackwardOptions<A extends FloatArray = Float32Array> {
  /** A tensor alike x to write dx into: memory of its own, or that of dy. */
  out?: Tensor<A>;
}

/** What a backward gives back. */
export interface Gradients<A extends FloatArray = Float32Array> {
  /** Gradient to x, of its shape. */
  readonly dx: Tensor<A>;
  /** Gradient to the scale γ a channel, or null where there was none. */
  readonly dWeight: A | null;
  /** Gradient to the shift β a channel, or null where there was none. */
  readonly dBias: A | null;
}

/** `Σdy` and `Σdy·z` with `z = (x − mean)·invStd`, one value per channel. */
interface GradientSums {
  readonly s0: Float64Array;
  readonly s1: Float64Array;
}

/** The sums of a backward. */
function gradientSums(
  dy: FloatArray,
  { x, mean, invStd }: Omit<SavedForBackward<FloatArray>, "layout">,
  { channels, inner }: ChannelView,
): GradientSums {
  const s0 = new Float64Array(channels);
  const s1 = new Float64Array(channels);
  const data = x.data;
  if (inner === 1) {
    for (let i = 0; i < dy.length;) {
      for (let c = 0; c < channels; c++, i++) {
        s0[c] += dy[i];
        s1[c] += dy[i] * (data[i] - mean[c]);
      }
    }
  } else {
    for (let i = 0; i < dy.length;) {
      for (let c = 0; c < channels; c++) {
        const centre = mean[c];
        let sum = s0[c];
        let product = s1[c];
        for (const end = i + inner; i < end; i++) {
          sum += dy[i];
          product += dy[i] * (data[i] - centre);
        }
        s0[c] = sum;
        s1[c] = product;
      }
    }
  }
  for (let c = 0; c < channels; c++) s1[c] *= invStd[c];
  return { s0, s1 };
}

/**
 * Of a training forward: `dx = weight·r·invStd·(dy − S0/m − z·S1/m)`. Where the map was fixed, as in
 * inference: `dx = weight·invStd·dy`. In either `dWeight = r·S1 + d·S0`, `dBias = S0`.
 */
export function gradients<A extends FloatArray>(
  owner: string,
  gradient: Tensor<A>,
  given: SavedForTrainingBackward<A>,
  options: BackwardOptions<A>,
  isFixed = false,
): Gradients<A> {
  const { out } = checkOptions(owner, options, ["out"]);
  // x may have been detached, shrunk or changed in shape since.
  const fields = readFields(owner, "saved", given, [...normalizationNames, "x", "layout"]);
  const { x, view } = readInput<A>(owner, fields.x, fields.layout as Layout);
  const { channels, m } = view;
  checkNormalization(owner, fields, channels);
  const saved = { ...fields, x };
  const { mean, invStd } = saved;
  const dy = readAlike(owner, "dy", gradient, x);
  const dx = out ? readOut(owner, out, x) : tensorLike(x);
  if (dx.data.byteOffset !== dy.data.byteOffset && sharesMemory(dx.data, dy.data)) {
    throw new TypeError(expects(owner, "out over all of dy or none of it", "a part"));
  }
  const sums = gradientSums(dy.data, saved, view);
  const ofDy = channelScale(saved);
  if (isFixed) {
    const zero = new Float64Array(channels);
    scaleAndShift(dy.data, view, zero, ofDy, zero, dx.data);
  } else {
    const ofX = ofDy.map((value, c) => -value * invStd[c] * sums.s1[c] / m);
    const constant = ofDy.map((value, c) => -value * sums.s0[c] / m);
    combine(dy.data, x.data, view, { ofDy, ofX, constant, mean }, dx.data);
  }
  return { dx: out ?? dx, ...parameterGradients(sums, saved) };
}

/** Writes `dx = ofDy·dy + ofX·(x − mean) + constant`. */
function combine(
  dy: FloatArray,
  x: FloatArray,
  { channels, inner }: ChannelView,
  { ofDy, ofX, constant, mean }: Record<"ofDy" | "ofX" | "constant" | "mean", Float64Array>,
  dx: FloatArray,
): void {
  if (inner === 1) {
    for (let i = 0; i < dy.length;) {
      for (let c = 0; c < channels; c++, i++) {
        dx[i] = ofDy[c] * dy[i] + ofX[c] * (x[i] - mean[c]) + constant[c];
      }
    }
    return;
  }
  for (let i = 0; i < dy.length;) {
    for (let c = 0; c < channels; c++) {
      const a = ofDy[c];
      const b = ofX[c];
      const k = constant[c];
      const centre = mean[c];
      for (const end = i + inner; i < end; i++) dx[i] = a * dy[i] + b * (x[i] - centre) + k;
    }
  }
}

/** `dWeight = r·S1 + d·S0` and `dBias = S0`, each null where there is no such parameter. */
function parameterGradients<A extends FloatArray>(
  { s0, s1 }: GradientSums,
  saved: Omit<SavedForTrainingBackward<A>, "layout">,
): { dWeight: A | null; dBias: A | null } {
  const { x, weight, bias, r, d } = saved;
  const stored = (values: Float64Array): A => {
    const array = arrayLike(x.data, values.length);
    array.set(values);
    return array;
  };
  return {
    dWeight: weight
      ? stored(s1.map((value, c) => (r ? r[c] : 1) * value + (d ? d[c] : 0) * s0[c]))
      : null,
    dBias: bias ? stored(s0) : null,
  };
}
