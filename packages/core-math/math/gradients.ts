import { arrayLike, type FloatArray, type Output, type Tensor } from "../tensor.ts";
import type { ChannelView } from "./channel_view.ts";
import { channelScale, type Normalization, scaleAndShift } from "./normalize.ts";

/** What a backward gives back. */
export interface Gradients<A extends FloatArray = Float32Array> {
  /** Gradient to x, of its shape. */
  readonly dx: Tensor<A>;
  /** Gradient to the scale γ a channel, or null where there was none. */
  readonly dWeight: A | null;
  /** Gradient to the shift β a channel, or null where there was none. */
  readonly dBias: A | null;
}

/** What a backward works on, read and checked. */
export interface BackwardStep<A extends FloatArray> {
  readonly dy: A;
  readonly x: A;
  readonly view: ChannelView;
  /** What the forward applied to x. */
  readonly normalization: Normalization;
  /** Where dx goes. */
  readonly dx: Output<A>;
}

/**
 * Of a training forward: `dx = weight·r·invStd·(dy − S0/m − z·S1/m)`, where r and d are constants.
 * Of inference, whose map is fixed: `dx = weight·invStd·dy`. In either `dWeight = r·S1 + d·S0` and
 * `dBias = S0`.
 */
export function gradients<A extends FloatArray>(
  step: BackwardStep<A>,
  isFixed = false,
): Gradients<A> {
  const { dy, x, view, normalization, dx } = step;
  const { mean, invStd } = normalization;
  const { s0, s1 } = gradientSums(dy, x, view, normalization);
  const ofDy = channelScale(normalization);
  if (isFixed) {
    const zero = new Float64Array(view.channels);
    scaleAndShift(dy, view, zero, ofDy, zero, dx.data);
  } else {
    const ofX = ofDy.map((value, c) => -value * invStd[c] * s1[c] / view.m);
    const constant = ofDy.map((value, c) => -value * s0[c] / view.m);
    inputGradient(dy, x, view, { ofDy, ofX, constant, mean }, dx.data);
  }
  return { dx: dx.tensor, ...parameterGradients(s0, s1, step) };
}

/** `S0 = Σdy` and `S1 = Σdy·z` with `z = (x − mean)·invStd`, one value per channel. */
function gradientSums(
  dy: FloatArray,
  x: FloatArray,
  { channels, inner }: ChannelView,
  { mean, invStd }: Normalization,
): { readonly s0: Float64Array; readonly s1: Float64Array } {
  const s0 = new Float64Array(channels);
  const s1 = new Float64Array(channels);
  if (inner === 1) {
    for (let i = 0; i < dy.length;) {
      for (let c = 0; c < channels; c++, i++) {
        s0[c] += dy[i];
        s1[c] += dy[i] * (x[i] - mean[c]);
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
          product += dy[i] * (x[i] - centre);
        }
        s0[c] = sum;
        s1[c] = product;
      }
    }
  }
  for (let c = 0; c < channels; c++) s1[c] *= invStd[c];
  return { s0, s1 };
}

/** Writes `dx = ofDy·dy + ofX·(x − mean) + constant`. */
function inputGradient(
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
  s0: Float64Array,
  s1: Float64Array,
  { x, normalization: { weight, bias, r, d } }: BackwardStep<A>,
): { dWeight: A | null; dBias: A | null } {
  const stored = (values: Float64Array): A => {
    const array = arrayLike(x, values.length);
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
