/** A forward and backward on the GPU and on the CPU, from the same state, for comparison. */
import type { NormalizationLayer, StateDict, Tensor } from "@renorm/core-math";
import {
  download,
  downloadAll,
  type GpuBatchNorm,
  type GpuBatchRenorm,
  type GpuTensor,
  upload,
} from "@renorm/webgpu-kernels";

/** What a step gives. */
export interface StepResult {
  readonly y: Float32Array;
  readonly dx: Float32Array;
  readonly weightGrad: Float32Array;
  readonly biasGrad: Float32Array;
  readonly state: StateDict;
}

/** Runs a forward and backward on the CPU. */
export function cpuStep(
  layer: NormalizationLayer,
  x: Tensor,
  dy: Tensor,
): StepResult {
  const y = layer.forward(x).data;
  const dx = layer.backward(dy).data;
  return {
    y,
    dx,
    weightGrad: layer.weightGrad!.slice(),
    biasGrad: layer.biasGrad!.slice(),
    state: layer.stateDict(),
  };
}

/** Runs a forward and backward on the GPU and reads everything back. */
export async function gpuStep(
  layer: GpuBatchNorm | GpuBatchRenorm,
  x: Tensor,
  dy: Tensor,
): Promise<StepResult> {
  const { device, numFeatures } = layer;
  const zeros = { data: new Float32Array(x.data.length), shape: x.shape };
  const tensors = [x, zeros, dy, zeros].map((tensor) => upload(device, tensor));
  const [gpuX, y, gpuDy, dx]: GpuTensor[] = tensors;
  const encoder = device.createCommandEncoder();
  layer.forward(encoder, gpuX, y);
  layer.backward(encoder, gpuDy, dx);
  device.queue.submit([encoder.finish()]);
  const gradients = [layer.weightGrad!, layer.biasGrad!].map((buffer) => ({
    buffer,
    shape: [numFeatures],
  }));
  // Apart, so that each may be as large as a buffer can be.
  const outputs = [await download(device, y), await download(device, dx)];
  outputs.push(...await downloadAll(device, gradients));
  const state = await layer.stateDict();
  for (const { buffer } of tensors) buffer.destroy();
  const [yData, dxData, weightGrad, biasGrad] = outputs.map(({ data }) => data);
  return { y: yData, dx: dxData, weightGrad, biasGrad, state };
}
