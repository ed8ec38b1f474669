import { adapterFor } from "./recognise_model.ts";
import type { ModelAdapter } from "./model_adapter.ts";
import { findNormLayers } from "./find_norm_layers.ts";

/**
 * Freezes every batch norm and batch renorm of a model, in place: the notebook's other way to
 * fine-tune with tiny batches, where the statistics of the first training are good enough.
 *
 * Layers of `@renorm/core-math` go to eval; call it again after a `train()`. Of other objects the
 * fields they have are set: `training`, `trainable`, `requiresGrad`, `requires_grad`. In JSON it is
 * `trainable: false`, on which Keras runs a batch norm in inference; TensorFlow.js' own batch norm
 * goes on moving its statistics even then, and that of `@renorm/tfjs` does not.
 *
 * @param model A tree of objects, a TensorFlow.js `model.json` or a Keras 3 `config.json`.
 * @param adapter How to read it. Default: recognised by its shape.
 * @returns The paths of the layers that are frozen now.
 * @throws {TypeError} For what is no model.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { freezeBatchNorm } from "@renorm/convert";
 * import { BatchNorm2d } from "@renorm/core-math";
 *
 * const model = { norm: new BatchNorm2d(3) };
 * assert.deepEqual(freezeBatchNorm(model), ["norm"]);
 * assert.equal(model.norm.training, false);
 * ```
 */
export function freezeBatchNorm<Node extends object>(
  model: Node,
  adapter: ModelAdapter<Node> = adapterFor(model),
): string[] {
  return findNormLayers(model, adapter).map(({ path, node }) => {
    adapter.freeze(node);
    return path;
  });
}
