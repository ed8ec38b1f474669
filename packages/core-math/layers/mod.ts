/**
 * What the layers of this package and of `@renorm/webgpu-kernels` stand on: options, counters,
 * modes and limits, the checks of a state, and how a layer prints.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { LayerCore, type LayerOptions } from "@renorm/core-math/layer-core";
 *
 * class Own extends LayerCore {
 *   constructor(numFeatures: number, options: LayerOptions = {}) {
 *     super({ name: "Own", method: "batch-norm" }, numFeatures, options);
 *   }
 * }
 * const layer = new Own(3, { momentum: 0.01 });
 * assert.equal(String(layer), String(new Own(3, JSON.parse(JSON.stringify(layer.options)))));
 * ```
 *
 * @module
 */
export { LayerCore } from "./layer_core.ts";
export {
  countTrainingForward,
  type LayerCounters,
  restoreCounters,
  stateOfCounters,
} from "./layer_counters.ts";
export type {
  LayerClass,
  LayerMethod,
  LayerOptions,
  ResolvedLayerOptions,
} from "./layer_options.ts";
export { printLayer } from "./print_layer.ts";
export {
  checkStateDict,
  type LoadableStateDict,
  type StateDict,
  type WantedState,
} from "./state_dict.ts";
export type { StepLimits, StepLimitsOptions } from "./step_limits.ts";
