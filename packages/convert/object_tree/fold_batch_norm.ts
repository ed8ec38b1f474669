import { objectTree } from "./object_tree.ts";
import { fieldIn, fieldOf } from "./field_names.ts";
import { classNameOf } from "./record_layers.ts";
import type { ModelAdapter } from "../model_adapter.ts";
import { findNormLayers, type Found } from "../walk.ts";
import { type Folding, folding } from "../fold/folding.ts";
import { foldParameters } from "../fold/fold_parameters.ts";

/** What stands where a batch norm was folded away: it gives back what it is given. */
export const identity: { forward<T>(x: T): T; toString(): string } = {
  forward: (x) => x,
  toString: () => "Identity()",
};

/**
 * Folds every batch norm of a tree of objects into the convolution or dense layer before it, in
 * place, for export; {@linkcode identity} takes its place, as PyTorch's fusion leaves an `Identity`.
 *
 * The layer before it is the one before it in its list, or among the fields of its object. Its
 * kernel must be a Float32Array with PyTorch's order (`weight`, outputs first) or Keras' (`kernel`,
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
 * assert.deepEqual(foldBatchNorm(model).folded, [{ path: "layers.1", into: "layers.0" }]);
 * assert.deepEqual([linear.weight[0], linear.bias[0]], [2, 5.5]);
 * ```
 */
export function foldBatchNorm(
  model: object,
  adapter: ModelAdapter<object> = objectTree(),
): Folding {
  const folded: { path: string; into: string }[] = [];
  const skipped: { path: string; reason: string }[] = [];
  for (const found of findNormLayers(model, adapter)) {
    const into = foldOne(model, found, adapter);
    if ("reason" in into) skipped.push({ path: found.path, reason: into.reason });
    else folded.push({ path: found.path, into: into.path });
  }
  return folding(folded, skipped);
}

function foldOne(
  model: object,
  { node, path, places, layer }: Found<object>,
  adapter: ModelAdapter<object>,
): { path: string } | { reason: string } {
  if ("unsupported" in layer) return { reason: layer.unsupported };
  if (places.length !== 1 || places[0].readOnly) return { reason: "it has not one place to leave" };
  const [{ parent, name }] = places;
  const siblings = [...adapter.children(parent)].filter((child) => isLayer(child.node, adapter));
  const before = siblings[siblings.findIndex((child) => child.name === name) - 1];
  if (!before) return { reason: "nothing stands before it" };
  if (hasFunctionBetween(parent, before.name, name)) {
    return { reason: `a function stands between it and ${before.name}` };
  }
  if (countPlaces(model, before.node, adapter) > 1) {
    return { reason: `${before.name} before it is used more than once` };
  }
  const channels = layer.numFeatures;
  const kernelName = ["kernel", "weight"].find((field) => Object.hasOwn(before.node, field));
  const kernel = kernelName && (before.node as Record<string, unknown>)[kernelName];
  if (!(kernel instanceof Float32Array) || !channels || kernel.length % channels !== 0) {
    return {
      reason: `${before.name} before it has no Float32Array kernel for ${channels} channels`,
    };
  }
  if (/Transpose|Depthwise|Separable/.test(classNameOf(before.node) ?? "")) {
    return { reason: `${before.name} before it keeps its outputs in another order` };
  }
  const vectors = adapter.vectors(node);
  if (vectors instanceof Promise || !vectors.runningMean || !vectors.runningVar) {
    return { reason: "it has no running statistics" };
  }
  const biasName = fieldIn(before.node, "bias") ?? "bias";
  const bias = fieldOf(before.node, "bias") ?? null;
  if (bias !== null && !(bias instanceof Float32Array && bias.length === channels)) {
    return { reason: `${before.name} before it has no Float32Array bias of ${channels} values` };
  }
  const inner = kernel.length / channels;
  const channelOf = kernelName === "kernel"
    ? (i: number) => i % channels
    : (i: number) => Math.floor(i / inner);
  const parameters = foldParameters(kernel, channelOf, bias, { vectors, eps: layer.eps });
  kernel.set(parameters.kernel);
  if (bias) bias.set(parameters.bias);
  else (before.node as Record<string, unknown>)[biasName] = parameters.bias;
  adapter.replace(parent, name, identity);
  return { path: [...path.split(".").slice(0, -1), before.name].join(".") };
}

/** Whether a function, such as an activation, stands between two fields or places of a list. */
function hasFunctionBetween(parent: object, first: string, second: string): boolean {
  const entries = parent instanceof Map
    ? [...parent].map(([key, value]) => [String(key), value])
    : Object.entries(parent);
  const [from, to] = [first, second].map((name) => entries.findIndex(([key]) => key === name));
  return entries.slice(from + 1, to).some(([, value]) => typeof value === "function");
}

/** How many places of the model a node stands at. */
function countPlaces(model: object, node: object, adapter: ModelAdapter<object>): number {
  const seen = new Set<object>();
  const pending = [model];
  let count = 0;
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const child of adapter.children(next)) {
      if (child.node === node) count++;
      pending.push(child.node);
    }
  }
  return count;
}

/** Whether a sibling counts as a layer, and not as an option or a list of numbers. */
function isLayer(node: object, adapter: ModelAdapter<object>): boolean {
  return adapter.describe(node) !== null;
}
