/** Folds the batch norms of a topology; how its weights are kept is the format's. */
import type { FoldOptions } from "../fold/fold_options.ts";
import { foldParameters, type Parameters } from "../fold/fold_parameters.ts";
import type { FoldedLayer } from "../fold/folding_report.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import type { ModelAdapter } from "../model_adapter.ts";
import type { NormVectors } from "../norm_layer.ts";
import { reasonAgainstValues, valueNotes } from "../norm_statistics.ts";
import type { SkippedLayer } from "../report_table.ts";
import type { KernelChannels } from "./foldable_classes.ts";
import { type FoldablePair, foldablePairs } from "./foldable_pairs.ts";
import { removeLayers } from "./layer_calls.ts";

/** The weights of a layer and of the batch norm after it. */
export interface PairWeights extends KernelChannels {
  readonly kernel: Float32Array;
  /** The layer's; null when it has none. */
  readonly bias: Float32Array | null;
  readonly vectors: NormVectors;
  /** Puts the folded ones in the place of those of both. */
  replace(folded: Parameters): void;
}

/** What is said where a file with the state of an optimizer was folded. */
export const optimizerDropped = "the state of the optimizer was dropped: its weights have changed";

/**
 * Folds each batch norm of `model`, as `read` tells them, into the layer before it, in place.
 *
 * @param weightsOf The weights of a pair; or why they cannot be folded.
 */
export function foldTopology(
  model: JsonObject,
  read: ModelAdapter<JsonObject>["read"],
  { filter = () => true }: FoldOptions,
  weightsOf: (pair: FoldablePair) => PairWeights | string,
): { folded: FoldedLayer[]; skipped: SkippedLayer[]; pairs: FoldablePair[] } {
  const pairs: FoldablePair[] = [];
  const folded: FoldedLayer[] = [];
  const skipped: SkippedLayer[] = [];
  for (const found of foldablePairs(model, read)) {
    const done = "reason" in found ? found.reason : fold(found);
    if (typeof done === "string") skipped.push({ path: found.path, reason: done });
    else folded.push(done);
  }
  removeLayers(pairs);
  for (const { layer } of pairs) setFolded(layer);
  return { folded, skipped, pairs };

  /** Folds the weights of a pair; or says why it cannot. */
  function fold(pair: FoldablePair): FoldedLayer | string {
    const { path, into, layer, eps } = pair;
    if (!filter(path)) return "left out by the filter";
    const weights = weightsOf(pair);
    if (typeof weights === "string") return weights;
    const { kernel, bias, vectors, channels, channelOf } = weights;
    const wrong = reasonAgainstValues(vectors, channels);
    if (wrong !== null) return wrong;
    const parameters = foldParameters(kernel, channelOf, bias, { vectors, eps });
    if (typeof parameters === "string") return parameters;
    const notes = [...constraintNotes(layer), ...valueNotes(vectors)];
    weights.replace(parameters);
    pairs.push(pair);
    return { path, into, eps, epsFrom: "model", by: "model", notes };
  }
}

/**
 * Fields such as `kernel_constraint`, and `bias_constraint` for a bias that there may be none of
 * yet.
 */
const constraint = /^(kernel|depthwise|pointwise|bias)_constraint$/;

function constraintsOf(layer: JsonObject): string[] {
  const config = isJsonObject(layer.config) ? layer.config : {};
  return Object.keys(config).filter((name) => constraint.test(name) && config[name]);
}

/** What is said of the constraints of a layer, before {@linkcode setFolded} takes them off. */
function constraintNotes(layer: JsonObject): string[] {
  const names = constraintsOf(layer);
  return names.length > 0 ? [`its ${names.join(", ")} held before folding and was taken off`] : [];
}

/**
 * Gives a layer a bias, and takes its constraints off: they were kept by other values, and
 * TensorFlow.js makes values keep them anew as it loads them.
 */
function setFolded(layer: JsonObject): void {
  const config = layer.config as JsonObject;
  for (const name of constraintsOf(layer)) config[name] = null;
  config.use_bias = true;
}
