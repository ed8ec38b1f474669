import { arrayLike, type FloatArray, type Output, type Tensor } from "../tensor.ts";
import type { ChannelView } from "./channel_view.ts";
import type { ChannelRange, GradientMap, GradientSums, InnerLoops } from "./inner_loops.ts";
import { gathered, type ReadMask, scatter } from "./mask.ts";
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
  /** Of the positions that count. */
  readonly view: ChannelView;
  readonly mask: ReadMask | null;
  /** What the forward applied to x. */
  readonly normalization: Normalization;
  /** Whether that was a fixed map, as in inference. */
  readonly isFixed: boolean;
  /** Where dx goes. */
  readonly dx: Output<A>;
}

/**
 * Of a training forward: `dx = weight·r·invStd·(dy − S0/m − z·S1/m)`, where r and d are constants.
 * Of inference, whose map is fixed: `dx = weight·invStd·dy`. In either `dWeight = r·S1 + d·S0` and
 * `dBias = S0`, with `S0 = Σdy`, `S1 = Σdy·z` and `z = (x − mean)·invStd`.
 */
export function gradients<A extends FloatArray>(
  step: BackwardStep<A>,
  loops: InnerLoops,
): Gradients<A> {
  const { dy, x, view, mask, normalization, isFixed, dx } = step;
  if (mask) {
    const [data, own] = [gathered(dy, mask), gathered(x, mask)];
    const part = { ...step, mask: null, dy: data, x: own, dx: { ...dx, data } };
    const result = gradients(part, loops);
    scatter(data, mask, dx.data);
    return result;
  }
  const { mean } = normalization;
  const sums = emptySums(view);
  if (isFixed) {
    loops.gradientSums(dy, x, view, mean, sums);
    const zero = new Float64Array(view.channels);
    const scale = scales(normalization);
    loops.normalize(dy, view, { mean: zero, scale, shift: zero }, dx.data);
  } else {
    const { map, setMap } = gradientMap(normalization, sums, view.m);
    loops.backward(dy, x, view, sums, map, setMap, dx.data);
  }
  return { dx: dx.tensor, ...parameterGradients(sums, step) };
}

/** The sums of one part of a batch. */
export function sumsOf<A extends FloatArray>(
  { dy, x, view, normalization }: Omit<BackwardStep<A>, "dx">,
  loops: InnerLoops,
): GradientSums {
  const sums = emptySums(view);
  loops.gradientSums(dy, x, view, normalization.mean, sums);
  return sums;
}

/** The gradients of one part by the sums of the whole batch, of which a channel has `m` values. */
export function gradientsBySums<A extends FloatArray>(
  step: BackwardStep<A>,
  sums: GradientSums,
  m: number,
  loops: InnerLoops,
): Gradients<A> {
  const { dy, x, view, normalization, dx } = step;
  const { map, setMap } = gradientMap(normalization, sums, m);
  setMap({ from: 0, to: view.channels });
  loops.inputGradient(dy, x, view, map, dx.data);
  return { dx: dx.tensor, ...parameterGradients(sums, step) };
}

function emptySums({ channels }: ChannelView): GradientSums {
  return { sums: new Float64Array(channels), products: new Float64Array(channels) };
}

/** `weight·r·invStd` of each channel. */
function scales(normalization: Normalization): Float64Array {
  const { length } = normalization.mean;
  return new Float64Array(length).map((_, c) => channelScale(normalization, c));
}

/** The map of a training backward, still to be set from its sums. */
function gradientMap(
  normalization: Normalization,
  { sums, products }: GradientSums,
  m: number,
): { map: GradientMap; setMap: (range: ChannelRange) => void } {
  const { mean, invStd } = normalization;
  const table = () => new Float64Array(mean.length);
  const map = { mean, ofX: table(), ofDy: scales(normalization), constant: table() };
  const setMap = ({ from, to }: ChannelRange) => {
    for (let c = from; c < to; c++) {
      const s1 = products[c] * invStd[c];
      map.ofX[c] = -map.ofDy[c] * invStd[c] * s1 / m;
      map.constant[c] = -map.ofDy[c] * sums[c] / m;
    }
  };
  return { map, setMap };
}

/** `dWeight = r·S1 + d·S0` and `dBias = S0`, each null where there is no such parameter. */
function parameterGradients<A extends FloatArray>(
  { sums, products }: GradientSums,
  { x, normalization: { invStd, weight, bias, r, d } }: BackwardStep<A>,
): { dWeight: A | null; dBias: A | null } {
  const stored = (value: (c: number) => number): A => {
    const array = arrayLike(x, sums.length);
    for (let c = 0; c < sums.length; c++) array[c] = value(c);
    return array;
  };
  const ofWeight = (c: number) =>
    (r ? r[c] : 1) * (products[c] * invStd[c]) + (d ? d[c] : 0) * sums[c];
  return {
    dWeight: weight ? stored(ofWeight) : null,
    dBias: bias ? stored((c) => sums[c]) : null,
  };
}
