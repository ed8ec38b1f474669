import type { BatchNormOptions } from "@renorm/core-math";
import { GpuNormalizationLayer } from "./gpu_normalization_layer.ts";

/**
 * Batch norm on a GPU device, of rank 2 to 5: a drop-in for `torch.nn.BatchNorm1d/2d/3d` over
 * buffers.
 *
 * @example
 * ```ts ignore
 * const layer = new GpuBatchNorm(device, 64, { layout: "channels-last" });
 * const encoder = device.createCommandEncoder();
 * layer.forward(encoder, x, y);
 * layer.backward(encoder, dy, dx);
 * device.queue.submit([encoder.finish()]);
 * ```
 */
export class GpuBatchNorm extends GpuNormalizationLayer {
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
  constructor(device: GPUDevice, numFeatures: number, options: BatchNormOptions = {}) {
    super({ name: "GpuBatchNorm", method: "batch-norm" }, device, numFeatures, options);
  }
}
