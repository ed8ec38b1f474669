import type { Limits } from "@renorm/schedule";
import type { LayerOptions } from "./layer_options.ts";
import { NormalizationLayer } from "./normalization_layer.ts";
import type { StepLimitsOptions } from "./step_limits.ts";

/** Options of the batch renorm layers: the notebook's, with its defaults. */
export interface BatchRenormOptions extends LayerOptions, StepLimitsOptions {
  /**
   * Weight of the new batch in the running statistics, in `[0, 1]`. Default 0.1. Null is refused:
   * an average over all batches goes stale, and here it feeds the training output.
   */
  momentum?: number;
}

/** What the three batch renorm layers share; they differ in the ranks they take. */
export abstract class BatchRenormLayer extends NormalizationLayer<BatchRenormOptions> {
  /** Step of the limits' schedule: tracked training forwards since the warm-up began. */
  get renormStep(): number {
    return this.counters.renormStep;
  }

  /** Limits of the latest tracked training forward; the next one uses those of one step on. */
  get limits(): Limits {
    // Always there in batch renorm.
    return this.stepLimits!.limitsAt(this.renormStep);
  }
}

/**
 * Batch renorm over `[n, c]` or `[n, c, l]`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BatchRenorm1d } from "@renorm/core-math";
 *
 * const layer = new BatchRenorm1d(1, { rmax: 3, dmax: 5, warmupSteps: 0, eps: 1e-12 });
 * // The running mean 0 and deviation 1 already fit within the limits: the batch passes as it is.
 * const y = layer.forward({ data: new Float32Array([1, 3]), shape: [2, 1] });
 * assert.deepEqual(y.data, new Float32Array([1, 3]));
 * ```
 *
 * @see Ioffe 2017, "Batch Renormalization"
 */
export class BatchRenorm1d extends BatchRenormLayer {
  /**
   * Makes a layer in training mode.
   *
   * @param numFeatures Number of channels, at least 1.
   * @param options See {@linkcode BatchRenormOptions}.
   * @throws {TypeError} For an unknown option or one of the wrong kind.
   * @throws {RangeError} For a value out of range.
   */
  constructor(numFeatures: number, options: BatchRenormOptions = {}) {
    super(
      { name: "BatchRenorm1d", spatial: ["", "l"], method: "batch-renorm" },
      numFeatures,
      options,
    );
  }
}

/**
 * Batch renorm over images `[n, c, h, w]`, the notebook's `BatchRenorm2d`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BatchRenorm2d } from "@renorm/core-math";
 *
 * const layer = new BatchRenorm2d(16, { rmax: 3, dmax: 5, warmupSteps: 5000 });
 * layer.forward({ data: new Float32Array(2 * 16 * 4).fill(1), shape: [2, 16, 2, 2] });
 * assert.deepEqual(layer.limits, { rmax: 1 + 2 / 5000, dmax: 5 / 5000 });
 * assert.equal(layer.renormStep, 1);
 * ```
 *
 * @see Ioffe 2017, "Batch Renormalization"
 */
export class BatchRenorm2d extends BatchRenormLayer {
  /**
   * Makes a layer in training mode.
   *
   * @param numFeatures Number of channels, at least 1.
   * @param options See {@linkcode BatchRenormOptions}.
   * @throws {TypeError} For an unknown option or one of the wrong kind.
   * @throws {RangeError} For a value out of range.
   */
  constructor(numFeatures: number, options: BatchRenormOptions = {}) {
    super({ name: "BatchRenorm2d", spatial: ["hw"], method: "batch-renorm" }, numFeatures, options);
  }
}

/**
 * Batch renorm over volumes `[n, c, d, h, w]`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { BatchRenorm3d } from "@renorm/core-math";
 *
 * const layer = new BatchRenorm3d(4, { momentum: 0.01 });
 * assert.equal(
 *   String(layer),
 *   "BatchRenorm3d(4, eps=1e-05, momentum=0.01, affine=True, track_running_stats=True, " +
 *     "rmax=3.0, dmax=5.0, warmup_steps=5000)",
 * );
 * ```
 *
 * @see Ioffe 2017, "Batch Renormalization"
 */
export class BatchRenorm3d extends BatchRenormLayer {
  /**
   * Makes a layer in training mode.
   *
   * @param numFeatures Number of channels, at least 1.
   * @param options See {@linkcode BatchRenormOptions}.
   * @throws {TypeError} For an unknown option or one of the wrong kind.
   * @throws {RangeError} For a value out of range.
   */
  constructor(numFeatures: number, options: BatchRenormOptions = {}) {
    super(
      { name: "BatchRenorm3d", spatial: ["dhw"], method: "batch-renorm" },
      numFeatures,
      options,
    );
  }
}
