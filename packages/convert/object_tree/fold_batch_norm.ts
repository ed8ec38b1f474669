import { foldParameters } from "../fold/fold_parameters.ts";
import { type FoldedLayer, type Folding, folding } from "../fold/folding_report.ts";
import type { ModelAdapter } from "../model_adapter.ts";
import type { SkippedLayer } from "../report_table.ts";
import { reasonAgainstValues, valueNotes } from "../norm_statistics.ts";
import { findNormLayers, type Found } from "../find_norm_layers.ts";
import { foldableObject } from "./foldable_object.ts";
import { objectTree } from "./object_tree.ts";
import { isList, standsBetween } from "./stands_between.ts";

/** What stands where a batch norm was folded away: it gives back what it is given. */
export const identity: { forward<T>(x: T): T; toString(): string } = {
  forward: (x) => x,
  toString: () => "Identity()",
};

/**
 * Folds every batch norm of a tree of objects into the convolution or dense layer before it, in
 * place, for export; {@linkcode identity} takes its place, as PyTorch's fusion leaves an
 * `Identity`.
 *
 * The layer before it is the one before it in its list, or among the fields of its object, which is
 * a guess and reported as one. It must be called Linear, Dense or a convolution of PyTorch or
 * Keras, have no activation, and share neither itself nor its arrays with another layer. Its kernel
 * must be a Float32Array with PyTorch's order (`weight`, outputs first) or Keras' (`kernel`,
 * outputs last); it keeps its identity, and a bias is added where there is none.
 *
 * @param model The tree.
 * @param adapter How to read it. Default: {@linkcode objectTree}.
 * @returns What was folded and what was not; prints as a table.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { foldBatchNorm } from "@renorm/convert";
 * import { BatchNorm1d } from "@renorm/core-math";
 *
 * const linear = { type: "Linear", weight: Float32Array.of(4), bias: Float32Array.of(1) };
 * const norm = new BatchNorm1d(1, { eps: 1 });
 * norm.runningVar?.set([3]);
 * norm.bias?.set([5]);
 * const model = { layers: [linear, norm] };
 * const [{ path, into }] = foldBatchNorm(model).folded;
 * assert.deepEqual([path, into], ["layers.1", "layers.0"]);
 * assert.deepEqual([linear.weight[0], linear.bias[0]], [2, 5.5]);
 * ```
 */
export function foldBatchNorm(
  model: object,
  adapter: ModelAdapter<object> = objectTree(),
): Folding {
  const folded: FoldedLayer[] = [];
  const skipped: SkippedLayer[] = [];
  for (const found of findNormLayers(model, adapter)) {
    const done = foldOne(model, found, adapter);
    if (typeof done === "string") skipped.push({ path: found.path, reason: done });
    else folded.push(done);
  }
  return folding(folded, skipped);
}

/** Folds one norm; or says why it stays. */
function foldOne(
  model: object,
  { node, path, places, layer }: Found<object>,
  adapter: ModelAdapter<object>,
): FoldedLayer | string {
  if ("unsupported" in layer) return layer.unsupported;
  if (places.length !== 1 || places[0].readOnly) return "it has not one place to leave";
  const [{ parent, name }] = places;
  const siblings = [...adapter.children(parent)].filter(({ node }) =>
    adapter.describe(node) !== null
  );
  const before = siblings[siblings.findIndex((child) => child.name === name) - 1];
  if (!before) return "nothing stands before it";
  const between = standsBetween(parent, before.name, name);
  if (between) return `${between} stands between it and ${before.name}`;
  const vectors = adapter.vectors(node);
  const channels = layer.numFeatures;
  if (vectors instanceof Promise || !channels) return "it has no running statistics";
  const wrong = reasonAgainstValues(vectors, channels);
  if (wrong !== null) return wrong;
  const foldable = foldableObject(model, before, channels, adapter);
  if (typeof foldable === "string") return foldable;
  const { kernel, bias, channelOf, setBias } = foldable;
  const parameters = foldParameters(kernel, channelOf, bias, { vectors, eps: layer.eps });
  if (typeof parameters === "string") return parameters;
  kernel.set(parameters.kernel);
  setBias(parameters.bias);
  adapter.replace(parent, name, identity);
  const into = [...path.split(".").slice(0, -1), before.name].join(".");
  const by = isList(parent) ? "order" : "guess";
  return { path, into, eps: layer.eps, epsFrom: "model", by, notes: valueNotes(vectors) };
}
