/** Small tensors on a device, for tests that look at what happens rather than at numbers. */
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import type { GpuTensor } from "../tensors/gpu_tensor.ts";
import { upload } from "../tensors/transfer.ts";

/** The shape of all of them. */
export const shape: readonly number[] = [2, 3, 4, 4];

/** So many tensors, each with values of its own. */
export function uploadedTensors(device: GPUDevice, count: number): GpuTensor[] {
  const random = seededRandom(1);
  return Array.from({ length: count }, () => upload(device, randomTensor(shape, random)));
}
