import type { BatchRenormOptions, Limits } from "@renorm/core-math";
import { GpuNormalizationLayer } from "./gpu_normalization_layer.ts";

/**
 * Batch renorm on a GPU device, of rank 2 to 5, with the options, modes and state of the notebook's
 * `BatchRenorm2d`. The limits of a step are taken when it is recorded, so that several steps in one
 * encoder each see their own.
 *
 * @example
 * ```ts ignore
 * const layer = new GpuBatchRenorm(device, 64, { rmax: 3, dmax: 5, warmupSteps: 5000 });
 * const encoder = device.createCommandEncoder();
 * layer.forward(encoder, x, y);
 * layer.backward(encoder, dy, dx);
 * device.queue.submit([encoder.finish()]);
 * ```
 *
 * @see Ioffe 2017, "Batch Renormalization"
 */
export class GpuBatchRenorm extends GpuNormalizationLayer<BatchRenormOptions> {
  /**
   * Makes a layer in training mode.
   *
   * @param device The caller's device.
   * @param numFeatures Number of channels, at least 1.
   * @param options As of the CPU classes. `onNonFinite: "throw"` keeps the running statistics of
   * the channel and throws where the state is read, since a step reads nothing back.
   * @throws {TypeError} For an unknown option or one of the wrong kind, or when device is none.
   * @throws {RangeError} For a value out of range.
   */
  constructor(device: GPUDevice, numFeatures: number, options: BatchRenormOptions = {}) {
    super({ name: "GpuBatchRenorm", method: "batch-renorm" }, device, numFeatures, options);
  }

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
