import type { SavedForTrainingBackward } from "./_training_forward.ts";
import type { Moments } from "./moments.ts";
import { type AffineParameters, applyNormalization } from "./normalize.ts";
import type { RenormCorrection } from "./renorm_correction.ts";
import type { FloatArray, Layout, Tensor } from "./tensor.ts";

/** Normalises by moments, of the batch or the running ones; gives what the backward needs. */
export function normalizeByMoments<A extends FloatArray>(
  owner: string,
  x: Tensor<A>,
  { mean, variance }: Pick<Moments, "mean" | "variance">,
  { weight = null, bias = null }: AffineParameters,
  options: { readonly eps: number; readonly layout: Layout; readonly out?: Tensor<A> | undefined },
  correction?: RenormCorrection,
): { y: Tensor<A>; saved: SavedForTrainingBackward<A> } {
  const { eps, layout, out } = options;
  const invStd = variance.map((value) => 1 / Math.sqrt(value + eps));
  const normalization = { mean, invStd, ...correction, weight, bias };
  const y = applyNormalization(owner, x, normalization, { layout, out });
  return { y, saved: { x, layout, ...normalization } };
}
