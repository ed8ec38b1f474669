import { checkVectors, readFields } from "./_check.ts";
import type { SavedForTrainingBackward } from "./_training_forward.ts";
import type { Moments } from "./moments.ts";
import type { ChannelView } from "./channel_view.ts";
import { type AffineParameters, normalizeInto } from "./normalize.ts";
import type { RenormCorrection } from "./renorm_correction.ts";
import { type FloatArray, type Layout, type Tensor, tensorLike } from "./tensor.ts";

/** Normalises by moments, of the batch or the running ones; gives what the backward needs. */
export function normalizeByMoments<A extends FloatArray>(
  { x, view }: { readonly x: Tensor<A>; readonly view: ChannelView },
  { mean, variance }: Pick<Moments, "mean" | "variance">,
  { weight = null, bias = null }: AffineParameters,
  options: { readonly eps: number; readonly layout: Layout; readonly out?: Tensor<A> | undefined },
  correction?: RenormCorrection,
): { y: Tensor<A>; saved: SavedForTrainingBackward<A> } {
  const { eps, layout, out: y = tensorLike(x) } = options;
  const invStd = variance.map((value) => 1 / Math.sqrt(value + eps));
  const normalization = { mean, invStd, ...correction, weight, bias };
  normalizeInto(x.data, view, normalization, y.data);
  return { y, saved: { x, layout, ...normalization } };
}

/** Weight and bias read once, each with one value a channel where it is given. */
export function readAffine(owner: string, parameters: unknown, channels: number): AffineParameters {
  const affine = readFields(owner, "parameters", parameters, ["weight", "bias"]);
  checkVectors(owner, affine, channels);
  return affine as AffineParameters;
}
