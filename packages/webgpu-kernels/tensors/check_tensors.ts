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
import {
  bindingAlignment,
  bytesPerValue,
  type GpuTensor,
  sizeOf,
  type StorageType,
} from "./gpu_tensor.ts";
import { bufferNames, bytesOf, type NormBuffers } from "./norm_buffers.ts";

/** The tensors of a step. The output of a forward is y, that of a backward dx. */
export interface StepTensors {
  readonly x: GpuTensor;
  readonly dy?: GpuTensor;
  readonly out: GpuTensor;
}

/** A step's tensors and buffers as plain values. */
export interface CheckedStep {
  readonly tensors: StepTensors;
  readonly buffers: NormBuffers;
  /** Values per channel. */
  readonly m: number;
}

/** Whose step it is. */
interface StepOwner {
  /** Its name, for errors. */
  readonly label: string;
  readonly numFeatures: number;
  readonly device: GPUDevice;
}

/** Reads and checks everything a step names. */
export function readStep(
  { label: owner, numFeatures, device }: StepOwner,
  encoder: GPUCommandEncoder,
  given: { readonly [name in keyof StepTensors]: unknown },
  givenBuffers: NormBuffers,
  layout: Layout,
): CheckedStep {
  if (typeof reading(owner, "an encoder", () => encoder?.beginComputePass) !== "function") {
    throw new TypeError(expects(owner, "a GPUCommandEncoder", show(encoder)));
  }
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
    for (const field of ["shape", "dtype"] as const) {
      const [wanted, got] = [x, tensor].map((one) => show(one[field]));
      if (got === wanted) continue;
      throw new TypeError(
        expects(owner, `${name} of the ${field} of x, ${wanted}`, `${field} ${got}`),
      );
    }
    return tensor;
  };
  const inputs = isBackward ? { x, dy: alike("dy", given.dy) } : { x };
  const out = alike(outName, given.out);
  for (const [name, tensor] of Object.entries(inputs)) {
    // WebGPU tracks whole buffers: one cannot be read and written in a dispatch.
    if (tensor.buffer === out.buffer) {
      const wanted = `${outName} in another buffer than ${name}`;
      throw new TypeError(expects(owner, wanted, "the same buffer"));
    }
  }
  const buffers = readFields(owner, "buffers", givenBuffers, bufferNames) as NormBuffers;
  for (const name of bufferNames) {
    if (buffers[name]) checkBuffer(owner, name, buffers[name], bytesOf(name, numFeatures));
  }
  if (Boolean(buffers.runningMean) !== Boolean(buffers.runningVar)) {
    const got = buffers.runningMean ? "runningMean alone" : "runningVar alone";
    throw new TypeError(expects(owner, "runningMean and runningVar together", got));
  }
  return { tensors: { ...inputs, out }, buffers, m };
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
  const shape = reading(owner, `${name}.shape`, () => readShape(fields.shape));
  if (!shape) {
    const wanted = `${name}.shape to be integers of at least 0`;
    throw new TypeError(expects(owner, wanted, show(fields.shape)));
  }
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
