/**
 * The checks behind the errors of this package, for the packages that take the same options and
 * tensors: all others but `@renorm/schedule`. The texts are
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
export { expects, readFields, reading, readPlain, show } from "@renorm/schedule/checks";
export { checkOption, checkOptions } from "./options.ts";
export { checkMoreThanOneValue, kindOf, readShape, readTensor } from "./tensors.ts";
export { checkedView } from "./view.ts";
