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
 * const x = jax.numpy.array([[1, 20], [3, 30]]);
 * const [y, state] = batchRenorm(x, initialParams(2), initialState(2), { rmax: 3, dmax: 5 });
 * // The running statistics are still 0 and 1: r = 1 and d = 2 for 1 and 3, and 5 and 25 for the
 * // other channel, but that the limits allow 3 and 5.
 * assert.deepEqual(Array.from(await y.data(), Math.round), [1, 2, 3, 8]);
 * assert.deepEqual(await state.runningMean.data(), Float32Array.of(0.2, 2.5));
 * ```
 *
 * @module
 */
export type { JaxArray, JaxJs } from "./jax_js.ts";
export type { InferenceOptions } from "./inference.ts";
export type { RenormLimits, RenormSchedule } from "./limits.ts";
export type { NormParams, NormState, PooledStats } from "./parameters.ts";
export type { AccumulateOptions, FinishOptions } from "./recalibration.ts";
export { type RenormFunctions, renormFunctions } from "./renorm_functions.ts";
export type { BatchNormOptions, BatchRenormOptions } from "./training.ts";
