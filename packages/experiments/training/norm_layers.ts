import * as tf from "@tensorflow/tfjs";
import type { Limits } from "@renorm/schedule";
import { groupNormalization } from "./group_normalization.ts";
import type { MakeNorm } from "./mini_cnn.ts";
import { renormLayers } from "@renorm/tfjs";
import type { Norm, NormSettings } from "./norms.ts";

const { batchNormalization, batchRenormalization } = renormLayers(tf);

/** Added to variances by every norm. */
export const epsilon = 1e-5;

/** How the layers of a norm are made for training. */
export function normForTraining(norm: Norm, settings: NormSettings, steps: number): MakeNorm {
  const { limits, warmupShare } = settings;
  const warmupSteps = Math.round(warmupShare * steps);
  return normLayer(norm, settings, 1 - settings.momentum, { ...limits, warmupSteps });
}

/**
 * How the layers of a norm are made for an evaluation: running statistics never move, and batch
 * renorm has these limits.
 */
export function normForEvaluation(norm: Norm, settings: NormSettings, limits: Limits): MakeNorm {
  return normLayer(norm, settings, 1, { ...limits, warmupSteps: 0 });
}

/**
 * How the layers of a norm are made.
 *
 * @param momentum of the running statistics in Keras' sense
 * @param limits of batch renorm, and the training steps that are behind it
 */
export function normLayer(
  norm: Norm,
  { groupSize }: Pick<NormSettings, "groupSize">,
  momentum: number,
  limits: Limits & { readonly warmupSteps: number; readonly renormStep?: number },
): MakeNorm {
  switch (norm) {
    case "group norm":
      return (name) => groupNormalization({ name, groupSize, epsilon });
    case "batch renorm":
      return (name) => batchRenormalization({ name, momentum, epsilon, ...limits });
    case "batch norm":
    case "frozen batch norm":
      return (name) => batchNormalization({ name, momentum, epsilon });
  }
}
