/**
 * Batch renorm for jax-js: pure functions over the copy of it that is handed in, for use under its
 * `jit` and `grad`, on cpu, wasm and webgpu.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import * as jax from "@jax-js/jax";
 * import { renormFunctions } from "@renorm/jax-js";
 *
 * const { batchRenorm, initialParams, initialState } = renormFunctions(jax);
 * const x = jax.numpy.ones([4, 8, 5, 5]);
 * const [y, state] = batchRenorm(x, initialParams(8), initialState(8), { rmax: 3, dmax: 5 });
 * assert.deepEqual(y.shape, [4, 8, 5, 5]);
 * assert.equal(await state.numBatchesTracked.jsAsync(), 1);
 * ```
 *
 * @module
 */
export type { JaxArray, JaxJs } from "./jax_js.ts";
export type { RenormLimits } from "./limits.ts";
export type { BatchNormOptions, BatchRenormOptions, InferenceOptions } from "./options.ts";
export type { NormParams, NormState } from "./parameters.ts";
export { type RenormFunctions, renormFunctions } from "./renorm_functions.ts";
