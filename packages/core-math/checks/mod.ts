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
export { expects, show } from "./errors.ts";
export { readFields, reading, readPlain } from "./fields.ts";
export { checkOption, checkOptions } from "./options.ts";
export { checkMoreThanOneValue, kindOf, readShape, readTensor } from "./tensors.ts";
export { checkedView } from "./view.ts";
