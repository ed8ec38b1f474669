/**
 * Batch norm and batch renorm on any WebGPU device: forward, backward and inference over the
 * caller's buffers, recorded into the caller's encoder.
 *
 * The library makes pipelines and small buffers of its own. It never submits, maps or reads back in
 * a step.
 *
 * @example
 * ```ts ignore
 * import assert from "node:assert/strict";
 * import { BatchRenorm2d } from "@renorm/core-math";
 * import { download, GpuBatchRenorm, upload } from "@renorm/webgpu-kernels";
 *
 * const adapter = await navigator.gpu.requestAdapter();
 * const device = await adapter!.requestDevice();
 * const layer = new GpuBatchRenorm(device, 3, { rmax: 3, dmax: 5, warmupSteps: 5000 });
 * const shape = [2, 3, 4, 4];
 * const input = { data: Float32Array.from({ length: 96 }, (_, i) => 2 + Math.sin(i)), shape };
 * const x = upload(device, input);
 * const y = upload(device, { data: new Float32Array(96), shape });
 * const encoder = device.createCommandEncoder();
 * layer.forward(encoder, x, y);
 * device.queue.submit([encoder.finish()]);
 *
 * const onGpu = (await download(device, y)).data;
 * const onCpu = new BatchRenorm2d(3).forward(input).data;
 * assert.ok(onGpu.every((value, i) => Math.abs(value - onCpu[i]) < 1e-5));
 * ```
 *
 * @module
 */
export {
  encodeBackward,
  type EncodeBackwardOptions,
  encodeInference,
  type EncodeInferenceOptions,
  encodeTrainingForward,
  type EncodeTrainingOptions,
} from "./encode.ts";
export { GpuBatchNorm } from "./gpu_batch_norm.ts";
export { GpuBatchRenorm } from "./gpu_batch_renorm.ts";
export {
  type GpuForwardOptions,
  type GpuLayerKind,
  GpuNormalizationLayer,
} from "./gpu_normalization_layer.ts";
export type { AdapterInfo } from "./plan/tuning.ts";
export { createWorkspace, tableSize, type Workspace } from "./record/workspace.ts";
export type { GpuTensor, StorageType } from "./tensors/gpu_tensor.ts";
export type { NormBuffers } from "./tensors/norm_buffers.ts";
export { download, downloadAll, upload, type UploadOptions } from "./tensors/transfer.ts";
export type { PackWidth } from "./wgsl/prelude.ts";
