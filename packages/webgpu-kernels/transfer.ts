/** Tensors to and from the GPU, for people who start. A training step needs neither. */
import type { Tensor } from "@renorm/core-math";
import { expects, show } from "@renorm/core-math/checks";
import { checkTensor } from "./check_tensors.ts";
import { checkDevice } from "./device_faults.ts";
import { float16Bits, float32FromFloat16 } from "./float16.ts";
import { byteLengthOf, type GpuTensor, sizeOf } from "./gpu_tensor.ts";
import type { StorageType } from "./wgsl/prelude.ts";

/** Options of {@linkcode upload}. */
export interface UploadOptions {
  /** Storage on the GPU. Default `"float32"`. */
  dtype?: StorageType;
}

/**
 * Makes a GPU tensor with the values of `tensor`. The caller owns its buffer and destroys it.
 *
 * @param device The device.
 * @param tensor Values, float32.
 * @param options The storage.
 * @returns A tensor in a new buffer with usage `STORAGE | COPY_SRC | COPY_DST`.
 * @throws {TypeError} For a malformed tensor.
 * @throws {Error} When the device is lost or has no memory for it.
 *
 * @example
 * ```ts ignore
 * const x = upload(device, { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] });
 * ```
 */
export function upload(device: GPUDevice, tensor: Tensor, options: UploadOptions = {}): GpuTensor {
  checkDevice("upload", device);
  const { dtype = "float32" } = options;
  const { data, shape } = tensor;
  if (data.length !== sizeOf(shape)) {
    const wanted = `${sizeOf(shape)} values for shape ${show(shape)}`;
    throw new TypeError(expects("upload", wanted, String(data.length)));
  }
  const size = Math.max(4, byteLengthOf({ shape, dtype } as GpuTensor));
  const buffer = createMapped(device, size);
  const bytes = buffer.getMappedRange();
  if (dtype === "float16") new Uint16Array(bytes).set(float16Bits(data));
  else new Float32Array(bytes).set(data);
  buffer.unmap();
  return { buffer, shape: [...shape], dtype };
}

function createMapped(device: GPUDevice, size: number): GPUBuffer {
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  if (size <= device.limits.maxBufferSize) {
    try {
      return device.createBuffer({ label: "renorm upload", size, usage, mappedAtCreation: true });
    } catch (error) {
      throw new Error(expects("upload", `memory for ${size} bytes`, String(error)));
    }
  }
  const limit = `a device whose buffers hold ${device.limits.maxBufferSize}`;
  throw new RangeError(expects("upload", `a device whose buffers hold ${size} bytes`, limit));
}

/**
 * Waits for the GPU and reads a tensor back.
 *
 * @param device The device.
 * @param tensor A tensor whose buffer has usage `COPY_SRC`.
 * @returns Its values as float32.
 * @throws {TypeError} For a malformed tensor or a buffer without `COPY_SRC`.
 * @throws {Error} When the device is lost, before or meanwhile.
 *
 * @example
 * ```ts ignore
 * const { data, shape } = await download(device, y);
 * ```
 */
export async function download(device: GPUDevice, tensor: GpuTensor): Promise<Tensor> {
  return (await downloadAll(device, [tensor]))[0];
}

/**
 * Reads several tensors back with one wait, which is what takes the time.
 *
 * @param device The device.
 * @param tensors Tensors whose buffers have usage `COPY_SRC`.
 * @returns Their values as float32, in order.
 * @throws {TypeError} For a malformed tensor or a buffer without `COPY_SRC`.
 * @throws {Error} When the device is lost, before or meanwhile.
 *
 * @example
 * ```ts ignore
 * const [output, gradient] = await downloadAll(device, [y, dx]);
 * ```
 */
export async function downloadAll(
  device: GPUDevice,
  tensors: readonly GpuTensor[],
): Promise<Tensor[]> {
  checkDevice("download", device);
  for (const tensor of tensors) checkTensor("download", "tensor", tensor, device);
  const ranges = tensors.map((tensor): BufferRange => ({
    buffer: tensor.buffer,
    offset: tensor.offset ?? 0,
    size: byteLengthOf(tensor),
  }));
  const bytes = await readBuffer("download", device, ranges);
  let at = 0;
  return tensors.map(({ shape, dtype = "float32" }, i) => {
    const start = at;
    at += ranges[i].size;
    const count = sizeOf(shape);
    const data = dtype === "float16"
      ? float32FromFloat16(new Uint16Array(bytes, start, count))
      : new Float32Array(bytes, start, count).slice();
    return { data, shape: [...shape] };
  });
}

/** A stretch of a buffer. */
export interface BufferRange {
  readonly buffer: GPUBuffer;
  readonly offset: number;
  readonly size: number;
}

/** Copies stretches of buffers into one staging buffer and reads it. */
export async function readBuffer(
  owner: string,
  device: GPUDevice,
  ranges: readonly BufferRange[],
): Promise<ArrayBuffer> {
  for (const { buffer } of ranges) {
    if ((buffer.usage & GPUBufferUsage.COPY_SRC) === 0) {
      const got = `usage 0x${buffer.usage.toString(16)}`;
      throw new TypeError(expects(owner, "a buffer with usage COPY_SRC", got));
    }
  }
  const size = ranges.reduce((sum, range) => sum + range.size, 0);
  if (size === 0) return new ArrayBuffer(0);
  if (size > device.limits.maxBufferSize) {
    const wanted =
      `at most ${device.limits.maxBufferSize} bytes at a time, the device's largest buffer`;
    throw new RangeError(expects(owner, wanted, String(size)));
  }
  const staging = device.createBuffer({
    label: `${owner} staging`,
    size,
    usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
  });
  const encoder = device.createCommandEncoder({ label: `${owner} copy` });
  let at = 0;
  for (const range of ranges) {
    if (range.size === 0) continue;
    encoder.copyBufferToBuffer(range.buffer, range.offset, staging, at, range.size);
    at += range.size;
  }
  device.queue.submit([encoder.finish()]);
  try {
    await staging.mapAsync(GPUMapMode.READ);
    return staging.getMappedRange().slice(0);
  } catch (error) {
    // A lost device rejects the map; say so rather than that a map failed.
    await Promise.resolve();
    checkDevice(owner, device);
    throw new Error(expects(owner, "a buffer that can be read", String(error)));
  } finally {
    staging.destroy();
  }
}
