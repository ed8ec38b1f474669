import { arrayLike, type FloatArray, type Output, type Tensor } from "../tensor.ts";
import type { ChannelView } from "./channel_view.ts";
import type { ChannelRange, GradientSums, InnerLoops } from "./inner_loops.ts";
import { channelScale, type Normalization } from "./normalize.ts";

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
 * Of a training forward: `dx = weight·r·invStd·(dy − S0/m − z·S1/m)`, `dWeight = r·S1 + d·S0` and
 * `dBias = S0`, with `S0 = Σdy` and `S1 = Σdy·z`. r and d are constants.
 */
export function trainingGradients<A extends FloatArray>(
  step: BackwardStep<A>,
  loops: InnerLoops,
): Gradients<A> {
  const { dy, x, view, normalization, dx } = step;
  const { mean, invStd } = normalization;
  const { sums, products } = emptySums(view);
  const [ofX, ofDy, constant] = [0, 1, 2].map(() => new Float64Array(view.channels));
  const setMap = ({ from, to }: ChannelRange) => {
    for (let c = from; c < to; c++) {
      const scale = channelScale(normalization, c);
      ofDy[c] = scale;
      ofX[c] = -scale * invStd[c] * (products[c] * invStd[c]) / view.m;
      constant[c] = -scale * sums[c] / view.m;
    }
  };
  loops.backward(dy, x, view, { sums, products }, { mean, ofX, ofDy, constant }, setMap, dx.data);
  return { dx: dx.tensor, ...parameterGradients({ sums, products }, step) };
}

/** Of inference, whose map is fixed: `dx = weight·invStd·dy`, and the others likewise. */
export function inferenceGradients<A extends FloatArray>(
  step: BackwardStep<A>,
  loops: InnerLoops,
): Gradients<A> {
  const { dy, x, view, normalization, dx } = step;
  const sums = emptySums(view);
  loops.gradientSums(dy, x, view, normalization.mean, sums);
  const zero = new Float64Array(view.channels);
  const scale = zero.map((_, c) => channelScale(normalization, c));
  loops.normalize(dy, view, { mean: zero, scale, shift: zero }, dx.data);
  return { dx: dx.tensor, ...parameterGradients(sums, step) };
}

/** Sums that are still to be written. */
function emptySums({ channels }: ChannelView): GradientSums {
  return { sums: new Float64Array(channels), products: new Float64Array(channels) };
}

/** `dWeight = r·S1 + d·S0` and `dBias = S0`, each null where there is no such parameter. */
function parameterGradients<A extends FloatArray>(
  { sums, products }: GradientSums,
  { x, normalization: { invStd, weight, bias, r, d } }: BackwardStep<A>,
): { dWeight: A | null; dBias: A | null } {
  const stored = (values: Float64Array): A => {
    const array = arrayLike(x, values.length);
    array.set(values);
    return array;
  };
  const ofWeight = (product: number, c: number) =>
    (r ? r[c] : 1) * (product * invStd[c]) + (d ? d[c] : 0) * sums[c];
  return {
    dWeight: weight ? stored(products.map(ofWeight)) : null,
    dBias: bias ? stored(sums) : null,
  };
}
