/**
 * The checks behind the errors of this package, for the packages that take the same options and
 * state: all others but `@renorm/schedule`. The texts are
 * `<owner> expects <wanted>: got <what came>`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkOptions } from "@renorm/core-math/checks";
 *
 * assert.throws(() => checkOptions("BatchNorm2d", { eps: -1 }, ["eps"]), {
 *   name: "RangeError",
 *   message: "BatchNorm2d expects eps to be finite and above 0: got -1",
 * });
 * ```
 *
 * @module
 */
export {
  checkMoreThanOneValue,
  expects,
  kindOf,
  readFields,
  reading,
  readPlain,
  readShape,
  readTensor,
  show,
} from "./tensors.ts";
export { checkOption, checkOptions } from "./options.ts";
export { checkedView } from "../channel_view.ts";
export {
  countTrainingForward,
  type LayerCounters,
  restoreCounters,
  stateOfCounters,
  uncountTrainingForward,
} from "../layers/layer_counters.ts";
export {
  defaultRunningVariance,
  type LayerMethod,
  type ResolvedLayerOptions,
  resolveLayerOptions,
} from "../layers/layer_options.ts";
export { type Printed, printLayer } from "../layers/print_layer.ts";
export {
  type CheckedState,
  checkStateDict,
  type StateVectors,
  type WantedState,
} from "../layers/state_dict.ts";
export { type LimitsSchedule, limitsSchedule } from "../layers/step_limits.ts";
