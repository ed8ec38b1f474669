/**
 * The layers of core-math over the loops in WebAssembly: options, state, modes and errors are
 * theirs.
 */
import * as core from "@renorm/core-math";
import type { InnerLoops } from "@renorm/core-math";
import { loops } from "./loops.ts";

/**
 * Batch norm over `[n, c]` or `[n, c, l]`: `BatchNorm1d` of core-math, faster.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BatchNorm1d } from "@renorm/wasm-kernels";
 *
 * const layer = new BatchNorm1d(2, { eps: 1e-12 });
 * const y = layer.forward({ data: new Float32Array([1, 10, 3, 30]), shape: [2, 2] });
 * assert.deepEqual(y.data, new Float32Array([-1, -1, 1, 1]));
 * ```
 */
export class BatchNorm1d extends core.BatchNorm1d {
  /** Those in WebAssembly. */
  protected override get loops(): InnerLoops {
    return loops;
  }
}

/**
 * Batch norm over images `[n, c, h, w]`: `BatchNorm2d` of core-math, faster.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BatchNorm2d } from "@renorm/wasm-kernels";
 *
 * const layer = new BatchNorm2d(16);
 * assert.equal(
 *   String(layer),
 *   "BatchNorm2d(16, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)",
 * );
 * ```
 */
export class BatchNorm2d extends core.BatchNorm2d {
  /** Those in WebAssembly. */
  protected override get loops(): InnerLoops {
    return loops;
  }
}

/**
 * Batch norm over volumes `[n, c, d, h, w]`: `BatchNorm3d` of core-math, faster.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BatchNorm3d } from "@renorm/wasm-kernels";
 *
 * const layer = new BatchNorm3d(1).eval();
 * const x = { data: new Float32Array(8).fill(2), shape: [1, 1, 2, 2, 2] };
 * assert.ok(Math.abs(layer.forward(x).data[0] - 2) < 1e-4);
 * ```
 */
export class BatchNorm3d extends core.BatchNorm3d {
  /** Those in WebAssembly. */
  protected override get loops(): InnerLoops {
    return loops;
  }
}

/**
 * Batch renorm over `[n, c]` or `[n, c, l]`: `BatchRenorm1d` of core-math, faster.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BatchRenorm1d } from "@renorm/wasm-kernels";
 *
 * const layer = new BatchRenorm1d(1, { rmax: 3, dmax: 5, warmupSteps: 0, eps: 1e-12 });
 * // The running mean 0 and deviation 1 already fit within the limits: the batch passes as it is.
 * const y = layer.forward({ data: new Float32Array([1, 3]), shape: [2, 1] });
 * assert.deepEqual(y.data, new Float32Array([1, 3]));
 * ```
 */
export class BatchRenorm1d extends core.BatchRenorm1d {
  /** Those in WebAssembly. */
  protected override get loops(): InnerLoops {
    return loops;
  }
}

/**
 * Batch renorm over images `[n, c, h, w]`: `BatchRenorm2d` of core-math, faster.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BatchRenorm2d } from "@renorm/wasm-kernels";
 *
 * const layer = new BatchRenorm2d(16, { rmax: 3, dmax: 5, warmupSteps: 5000 });
 * layer.forward({ data: new Float32Array(2 * 16 * 4).fill(1), shape: [2, 16, 2, 2] });
 * assert.deepEqual(layer.limits, { rmax: 1 + 2 / 5000, dmax: 5 / 5000 });
 * assert.equal(layer.renormStep, 1);
 * ```
 */
export class BatchRenorm2d extends core.BatchRenorm2d {
  /** Those in WebAssembly. */
  protected override get loops(): InnerLoops {
    return loops;
  }
}

/**
 * Batch renorm over volumes `[n, c, d, h, w]`: `BatchRenorm3d` of core-math, faster.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BatchRenorm3d } from "@renorm/wasm-kernels";
 *
 * const layer = new BatchRenorm3d(4, { momentum: 0.01 });
 * assert.equal(
 *   String(layer),
 *   "BatchRenorm3d(4, eps=1e-05, momentum=0.01, affine=True, track_running_stats=True, " +
 *     "rmax=3.0, dmax=5.0, warmup_steps=5000)",
 * );
 * ```
 */
export class BatchRenorm3d extends core.BatchRenorm3d {
  /** Those in WebAssembly. */
  protected override get loops(): InnerLoops {
    return loops;
  }
}
