/** The WebGPU kernels under the golden cases, in whatever runtime has the device. */
import type { Layout, Tensor } from "@renorm/core-math";
import {
  downloadAll,
  GpuBatchNorm,
  GpuBatchRenorm,
  type GpuTensor,
  type StorageType,
  upload,
} from "@renorm/webgpu-kernels";
import type { GoldenCase } from "../golden_case.ts";
import { initialState } from "../initial_state.ts";
import type { CaseLayer, CaseLayerFactory, StepOutput } from "../run_case.ts";

/** Makes GPU layers of cases on a device, with tensors stored as `dtype`. */
export function gpuLayerFactory(
  device: GPUDevice,
  dtype: StorageType = "float32",
): CaseLayerFactory {
  return (golden, layout) => createGpuLayer(device, dtype, golden, layout);
}

function createGpuLayer(
  device: GPUDevice,
  dtype: StorageType,
  golden: GoldenCase,
  layout: Layout,
): CaseLayer {
  const { numFeatures, ...options } = golden.config;
  const Layer = golden.kind === "batch_norm" ? GpuBatchNorm : GpuBatchRenorm;
  const layer = new Layer(device, numFeatures, { ...options, layout });
  layer.loadStateDict(initialState(golden));
  const vectors = {
    dWeight: layer.weightGrad,
    dBias: layer.biasGrad,
    runningMean: layer.runningMean,
    runningVar: layer.runningVar,
  };
  const present = Object.entries(vectors).flatMap(([name, buffer]) =>
    buffer ? [{ name, tensor: { buffer, shape: [numFeatures] } }] : []
  );

  async function step(training: boolean, x: Tensor, dy: Tensor | null): Promise<StepOutput> {
    const zeros = { data: new Float32Array(x.data.length), shape: x.shape };
    const tensors = [x, zeros, dy ?? zeros, zeros].map((t) => upload(device, t, { dtype }));
    const [gpuX, y, gpuDy, dx]: GpuTensor[] = tensors;
    const encoder = device.createCommandEncoder();
    layer.train(training).forward(encoder, gpuX, y);
    if (dy) layer.backward(encoder, gpuDy, dx);
    device.queue.submit([encoder.finish()]);
    const wanted = [y, dx, ...present.map(({ tensor }) => tensor)];
    const [outputY, outputDx, ...rest] = await downloadAll(device, wanted);
    const output = {
      y: outputY.data,
      dx: dy && outputDx.data,
      dWeight: null,
      dBias: null,
      runningMean: null,
      runningVar: null,
      ...Object.fromEntries(present.map(({ name }, i) => [name, rest[i].data])),
      numBatchesTracked: layer.numBatchesTracked,
      ...(layer instanceof GpuBatchRenorm ? layer.limits : {}),
    };
    for (const { buffer } of tensors) buffer.destroy();
    return output;
  }
  return { step, close: () => layer.destroy() };
}
