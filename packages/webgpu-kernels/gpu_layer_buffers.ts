/** The parameters and running statistics of a GPU layer: buffers of its own, float32. */
import type { StateDict, WantedState } from "@renorm/core-math/layer-core";
import type { NormWorkspace } from "./record/workspace.ts";
import { createVector } from "./tensors/device_faults.ts";
import type { NormBuffers } from "./tensors/norm_buffers.ts";
import { readBuffer } from "./tensors/transfer.ts";

/** A buffer of one value per channel each, or null where the layer has no such vector. */
export type LayerBuffers = Required<
  { readonly [Name in Exclude<keyof NormBuffers, "table">]: GPUBuffer | null }
>;

/** PyTorch's keys of a state, and the buffers of a layer that hold it. */
const stateKeys = [
  ["weight", "weight"],
  ["bias", "bias"],
  ["running_mean", "runningMean"],
  ["running_var", "runningVar"],
] as const;

/** Makes the buffers with what they start from. */
export function createLayerBuffers(
  owner: string,
  device: GPUDevice,
  { numFeatures, affine, trackRunningStats }: WantedState,
): LayerBuffers {
  const vector = (name: string, exists: boolean, value?: number) =>
    exists ? createVector(owner, device, name, numFeatures, value) : null;
  return {
    weight: vector("weight", affine, 1),
    bias: vector("bias", affine),
    weightGrad: vector("weightGrad", affine),
    biasGrad: vector("biasGrad", affine),
    runningMean: vector("runningMean", trackRunningStats),
    runningVar: vector("runningVar", trackRunningStats, 1),
  };
}

/** Copies of the vectors of a state, when the GPU has done what was submitted. */
export async function readState(
  { label, device, numFeatures }: NormWorkspace,
  buffers: LayerBuffers,
): Promise<StateDict> {
  const size = 4 * numFeatures;
  const present = stateKeys.flatMap(([key, name]) => {
    const buffer = buffers[name];
    return buffer ? [{ key, buffer, offset: 0, size }] : [];
  });
  const bytes = await readBuffer(label, device, present);
  return Object.fromEntries(
    present.map(({ key }, i) => [key, new Float32Array(bytes.slice(i * size, (i + 1) * size))]),
  );
}

/** How many updates of a channel were left out, and the first channel that left some out. */
export async function readSkippedUpdates(
  { label, device, numFeatures, skippedUpdates: buffer }: NormWorkspace,
): Promise<{ readonly skipped: number; readonly first: number }> {
  const range = { buffer, offset: 0, size: 4 * numFeatures };
  const counts = new Uint32Array(await readBuffer(label, device, [range]));
  const skipped = counts.reduce((sum, count) => sum + count, 0);
  return { skipped, first: counts.findIndex((count) => count > 0) };
}

/** Writes the vectors of a state; what was submitted before it still sees the old ones. */
export function writeState(device: GPUDevice, buffers: LayerBuffers, vectors: StateDict): void {
  for (const [key, name] of stateKeys) {
    const [buffer, values] = [buffers[name], vectors[key]];
    if (buffer && values) device.queue.writeBuffer(buffer, 0, values);
  }
}
