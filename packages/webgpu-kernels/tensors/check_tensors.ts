/** Checks of the tensors and buffers that a call names. What is given is read once. */
import type { Layout } from "@renorm/core-math";
import {
  checkedView,
  expects,
  readFields,
  reading,
  readShape,
  show,
} from "@renorm/core-math/checks";
import { bytesPerValue, type GpuTensor, sizeOf } from "./gpu_tensor.ts";
import type { TensorName } from "../wgsl/bindings.ts";
import {
  bufferNames,
  type NormBuffers,
  type NormWorkspace,
  tableBytes,
} from "../record/workspace.ts";
import { bindingAlignment } from "../plan/plan.ts";
import type { StorageType } from "../wgsl/prelude.ts";

/** A step's tensors and buffers as plain values. */
export interface CheckedStep {
  readonly x: GpuTensor;
  readonly dy: GpuTensor | undefined;
  readonly out: GpuTensor;
  readonly named: NormBuffers;
  /** Values per channel. */
  readonly m: number;
}

/** Reads and checks everything a step names. */
export function readStep(
  workspace: NormWorkspace,
  encoder: GPUCommandEncoder,
  given: Partial<Record<TensorName, unknown>>,
  buffers: NormBuffers,
  layout: Layout,
): CheckedStep {
  workspace.checkUsable();
  const { label: owner, numFeatures, device } = workspace;
  if (typeof reading(owner, "an encoder", () => encoder?.beginComputePass) !== "function") {
    throw new TypeError(expects(owner, "a GPUCommandEncoder", show(encoder)));
  }
  // The output of a forward is y, that of a backward dx.
  const isBackward = "dy" in given;
  const outName = isBackward ? "dx" : "y";
  const x = readTensor(owner, "x", given.x, device);
  const { channels, m } = checkedView(owner, x.shape, layout);
  if (channels !== numFeatures) {
    throw new TypeError(
      expects(owner, `x with ${numFeatures} channels`, `shape ${show(x.shape)} in ${layout}`),
    );
  }
  const alike = (name: string, like: unknown) => {
    const tensor = readTensor(owner, name, like, device);
    if (show(tensor.shape) !== show(x.shape)) {
      const wanted = `${name} of the shape of x, ${show(x.shape)}`;
      throw new TypeError(expects(owner, wanted, `shape ${show(tensor.shape)}`));
    }
    if (tensor.dtype !== x.dtype) {
      throw new TypeError(
        expects(owner, `${name} of the dtype of x, ${show(x.dtype)}`, show(tensor.dtype)),
      );
    }
    return tensor;
  };
  const dy = isBackward ? alike("dy", given.dy) : undefined;
  const out = alike(outName, given.out);
  for (const [name, tensor] of [["x", x], ["dy", dy]] as const) {
    // WebGPU tracks whole buffers: one cannot be read and written in a dispatch.
    if (tensor && tensor.buffer === out.buffer) {
      const wanted = `${outName} in another buffer than ${name}`;
      throw new TypeError(expects(owner, wanted, "the same buffer"));
    }
  }
  const named = readFields(owner, "buffers", buffers, bufferNames) as NormBuffers;
  for (const name of bufferNames) {
    const bytes = name === "table" ? tableBytes(numFeatures) : 4 * numFeatures;
    if (named[name]) checkBuffer(owner, name, named[name], bytes);
  }
  if (Boolean(named.runningMean) !== Boolean(named.runningVar)) {
    const got = named.runningMean ? "runningMean alone" : "runningVar alone";
    throw new TypeError(expects(owner, "runningMean and runningVar together", got));
  }
  return { x, dy, out, named, m };
}

/** Reads and checks one tensor by itself. */
export function readTensor(
  owner: string,
  name: string,
  given: unknown,
  device: GPUDevice,
): Required<GpuTensor> {
  const fields = readFields(owner, name, given, ["shape", "dtype", "offset", "buffer"]);
  const { offset = 0 } = fields;
  const shape = readLengths(owner, `${name}.shape`, fields.shape);
  const dtype = readStorage(owner, name, fields.dtype, device);
  if (
    !Number.isSafeInteger(offset) || offset as number < 0 ||
    offset as number % bindingAlignment !== 0
  ) {
    const wanted = `${name}.offset to be a multiple of ${bindingAlignment} bytes`;
    throw new RangeError(expects(owner, wanted, show(offset)));
  }
  const tensor = { shape, dtype, offset, buffer: fields.buffer } as Required<GpuTensor>;
  const bytes = tensor.offset + sizeOf(shape) * bytesPerValue(dtype);
  checkBuffer(owner, `${name}.buffer`, tensor.buffer, bytes);
  return tensor;
}

/** Reads an array of lengths. */
export function readLengths(owner: string, name: string, given: unknown): number[] {
  const shape = reading(owner, name, () => readShape(given));
  if (shape) return shape;
  throw new TypeError(expects(owner, `${name} to be integers of at least 0`, show(given)));
}

/** A storage that the device has. */
export function readStorage(
  owner: string,
  name: string,
  dtype: unknown = "float32",
  device: GPUDevice,
): StorageType {
  if (dtype !== "float32" && dtype !== "float16") {
    const wanted = `${name}.dtype to be "float32" or "float16"`;
    throw new TypeError(expects(owner, wanted, show(dtype)));
  }
  if (dtype === "float16" && !device.features.has("shader-f16")) {
    const wanted = `a device with the feature shader-f16 for the float16 ${name}`;
    throw new TypeError(expects(owner, wanted, "a device without it"));
  }
  return dtype;
}

function checkBuffer(owner: string, name: string, buffer: GPUBuffer, bytes: number): void {
  const isBuffer = () => typeof buffer?.size === "number" && typeof buffer.usage === "number";
  if (!reading(owner, name, isBuffer)) {
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
