import { NormalizationLayer } from "./normalization_layer.ts";
import type { LayerOptions } from "./layer_options.ts";

/**
 * Options of the batch norm layers. `momentum: null` keeps the plain average of all batches, as
 * `momentum=None` in PyTorch.
 */
export type BatchNormOptions = LayerOptions;

/**
 * Batch norm over `[n, c]` or `[n, c, l]`, a drop-in for `torch.nn.BatchNorm1d`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BatchNorm1d } from "@renorm/core-math";
 *
 * const layer = new BatchNorm1d(2, { eps: 1e-12 });
 * const y = layer.forward({ data: new Float32Array([1, 10, 3, 30]), shape: [2, 2] });
 * assert.deepEqual(y.data, new Float32Array([-1, -1, 1, 1]));
 * ```
 */
export class BatchNorm1d extends NormalizationLayer {
  /**
   * Makes a layer in training mode.
   *
   * @param numFeatures Number of channels, at least 1.
   * @param options See {@linkcode BatchNormOptions}.
   * @throws {TypeError} For an unknown option or one of the wrong kind.
   * @throws {RangeError} For a value out of range.
   */
  constructor(numFeatures: number, options: BatchNormOptions = {}) {
    super({ name: "BatchNorm1d", spatial: ["", "l"], method: "batch-norm" }, numFeatures, options);
  }
}

/**
 * Batch norm over images `[n, c, h, w]`, a drop-in for `torch.nn.BatchNorm2d`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BatchNorm2d } from "@renorm/core-math";
 *
 * const layer = new BatchNorm2d(16);
 * assert.equal(
 *   String(layer),
 *   "BatchNorm2d(16, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)",
 * );
 * ```
 */
export class BatchNorm2d extends NormalizationLayer {
  /**
   * Makes a layer in training mode.
   *
   * @param numFeatures Number of channels, at least 1.
   * @param options See {@linkcode BatchNormOptions}.
   * @throws {TypeError} For an unknown option or one of the wrong kind.
   * @throws {RangeError} For a value out of range.
   */
  constructor(numFeatures: number, options: BatchNormOptions = {}) {
    super({ name: "BatchNorm2d", spatial: ["hw"], method: "batch-norm" }, numFeatures, options);
  }
}

/**
 * Batch norm over volumes `[n, c, d, h, w]`, a drop-in for `torch.nn.BatchNorm3d`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BatchNorm3d } from "@renorm/core-math";
 *
 * const layer = new BatchNorm3d(1).eval();
 * const x = { data: new Float32Array(8).fill(2), shape: [1, 1, 2, 2, 2] };
 * assert.ok(Math.abs(layer.forward(x).data[0] - 2) < 1e-4);
 * ```
 */
export class BatchNorm3d extends NormalizationLayer {
  /**
   * Makes a layer in training mode.
   *
   * @param numFeatures Number of channels, at least 1.
   * @param options See {@linkcode BatchNormOptions}.
   * @throws {TypeError} For an unknown option or one of the wrong kind.
   * @throws {RangeError} For a value out of range.
   */
  constructor(numFeatures: number, options: BatchNormOptions = {}) {
    super({ name: "BatchNorm3d", spatial: ["dhw"], method: "batch-norm" }, numFeatures, options);
  }
}
