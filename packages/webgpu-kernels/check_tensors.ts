/** Checks of the tensors and buffers that a call names. */
import { channelView, type Layout } from "@renorm/core-math";
import { expects, show } from "@renorm/core-math/checks";
import { bytesPerValue, type GpuTensor, sizeOf } from "./gpu_tensor.ts";
import { type NormBuffers, type NormWorkspace, tableSize } from "./norm_workspace.ts";
import { bindingAlignment } from "./plan.ts";
import type { StepTensors } from "./prepared_step.ts";

/** Checks everything a step names; gives the values per channel. */
export function checkTensors(
  workspace: NormWorkspace,
  tensors: StepTensors & { readonly x: GpuTensor; readonly out: GpuTensor },
  buffers: NormBuffers,
  layout: Layout,
): number {
  workspace.checkUsable();
  const { label: owner, numFeatures, device } = workspace;
  const { x, dy, out } = tensors;
  // The output of a forward is y, that of a backward dx.
  const outName = dy ? "dx" : "y";
  checkTensor(owner, "x", x, device);
  const { channels, m } = channelView(x.shape, layout);
  if (channels !== numFeatures) {
    throw new TypeError(
      expects(owner, `x with ${numFeatures} channels`, `shape ${show(x.shape)} in ${layout}`),
    );
  }
  for (const [name, tensor] of [["dy", dy], [outName, out]] as const) {
    if (!tensor) continue;
    checkTensor(owner, name, tensor, device);
    if (show(tensor.shape) !== show(x.shape)) {
      const wanted = `${name} of the shape of x, ${show(x.shape)}`;
      throw new TypeError(expects(owner, wanted, `shape ${show(tensor.shape)}`));
    }
    if ((tensor.dtype ?? "float32") !== (x.dtype ?? "float32")) {
      const wanted = `${name} of the dtype of x, ${show(x.dtype ?? "float32")}`;
      throw new TypeError(expects(owner, wanted, show(tensor.dtype ?? "float32")));
    }
  }
  for (const [name, tensor] of [["x", x], ["dy", dy]] as const) {
    // WebGPU tracks whole buffers: one cannot be read and written in a dispatch.
    if (tensor && tensor.buffer === out.buffer) {
      const wanted = `${outName} in another buffer than ${name}`;
      throw new TypeError(expects(owner, wanted, "the same buffer"));
    }
  }
  for (const [name, buffer] of Object.entries(buffers)) {
    const bytes = name === "table" ? tableSize(numFeatures) : 4 * numFeatures;
    if (buffer) checkBuffer(owner, name, buffer, bytes);
  }
  if (Boolean(buffers.runningMean) !== Boolean(buffers.runningVar)) {
    const got = buffers.runningMean ? "runningMean alone" : "runningVar alone";
    throw new TypeError(expects(owner, "runningMean and runningVar together", got));
  }
  return m;
}

/** Checks one tensor by itself. */
export function checkTensor(
  owner: string,
  name: string,
  tensor: GpuTensor,
  device: GPUDevice,
): void {
  const { shape, dtype = "float32", offset = 0, buffer } = tensor ?? {};
  if (!Array.isArray(shape) || !shape.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw new TypeError(expects(owner, `${name}.shape to be integers of at least 0`, show(shape)));
  }
  if (dtype !== "float32" && dtype !== "float16") {
    const wanted = `${name}.dtype to be "float32" or "float16"`;
    throw new TypeError(expects(owner, wanted, show(dtype)));
  }
  if (dtype === "float16" && !device.features.has("shader-f16")) {
    const wanted = `a device with the feature shader-f16 for the float16 ${name}`;
    throw new TypeError(expects(owner, wanted, "a device without it"));
  }
  if (!Number.isSafeInteger(offset) || offset < 0 || offset % bindingAlignment !== 0) {
    const wanted = `${name}.offset to be a multiple of ${bindingAlignment} bytes`;
    throw new RangeError(expects(owner, wanted, show(offset)));
  }
  checkBuffer(owner, `${name}.buffer`, buffer, offset + sizeOf(shape) * bytesPerValue(dtype));
}

function checkBuffer(owner: string, name: string, buffer: GPUBuffer, bytes: number): void {
  if (typeof buffer?.size !== "number" || typeof buffer.usage !== "number") {
    throw new TypeError(expects(owner, `${name} to be a GPUBuffer`, show(buffer)));
  }
  if ((buffer.usage & GPUBufferUsage.STORAGE) === 0) {
    throw new TypeError(
      expects(owner, `${name} with usage STORAGE`, `usage 0x${buffer.usage.toString(16)}`),
    );
  }
  if (buffer.size < bytes) {
    throw new RangeError(expects(owner, `${name} of ${bytes} bytes at least`, `${buffer.size}`));
  }
}
