/**
 * Keras' own batch renorm, `BatchNormalization(renorm=True)` of Keras 3.14 and tf.keras 2: limits
 * in `renorm_clipping`, no warm-up, and three more weights.
 */
import { isJsonObject, type JsonObject } from "../json.ts";
import type { RenormSettings } from "../norm_layer.ts";

/** The fields that Keras' batch renorm has beyond its batch norm. */
export const kerasRenormFields: readonly string[] = [
  "renorm",
  "renorm_clipping",
  "renorm_momentum",
];

/** The weights that it has beyond batch norm's, in Keras' order. */
export const kerasRenormWeights = ["moving_stddev", "renorm_mean", "renorm_stddev"] as const;

/** What a Keras batch renorm says, its limits open from the first step; null for a batch norm. */
export function kerasRenorm(config: JsonObject): RenormSettings | null {
  if (config.renorm !== true) return null;
  const clipping = isJsonObject(config.renorm_clipping) ? config.renorm_clipping : {};
  const limit = (value: unknown, least: number) =>
    typeof value === "number" && value >= least ? value : Infinity;
  const [rmax, dmax] = [limit(clipping.rmax, 1), limit(clipping.dmax, 0)];
  return { limits: { rmax, dmax, warmupSteps: 0 }, renormStep: 0 };
}
