/** Tensors to and from the GPU, for people who start. A training step needs neither. */
import type { Tensor } from "@renorm/core-math";
import {
  expects,
  kindOf,
  reading,
  readPlain,
  readTensor as readValues,
  show,
} from "@renorm/core-math/checks";
import { readStorage, readTensor } from "./check_tensors.ts";
import { checkDevice, createBuffer, inScopes } from "./device_faults.ts";
import { float16Bits, float32FromFloat16 } from "./float16.ts";
import { byteLengthOf, type GpuTensor, sizeOf, type StorageType } from "./gpu_tensor.ts";

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
 * @throws {TypeError} For a malformed tensor, an unknown option or a storage that the device lacks.
 * @throws {RangeError} When it is larger than a buffer of the device may be.
 * @throws {Error} When the device is lost or has no memory for it.
 *
 * @example
 * ```ts ignore
 * const x = upload(device, { data: Float32Array.of(1, 2, 3, 4), shape: [2, 2] });
 * ```
 */
export function upload(device: GPUDevice, tensor: Tensor, options: UploadOptions = {}): GpuTensor {
  const owner = "upload";
  checkDevice(owner, device);
  const { data, shape } = readValues(owner, "tensor", tensor);
  if (kindOf(data) !== "Float32Array") {
    throw new TypeError(expects(owner, "tensor.data to be a Float32Array", show(data)));
  }
  const settings = readPlain(owner, "options to be an object", "options", options, ["dtype"]);
  const dtype = readStorage(owner, "tensor", settings.dtype, device);
  const size = Math.max(4, byteLengthOf(shape, dtype));
  const label = "renorm upload";
  const buffer = createBuffer(owner, device, { label, size, mappedAtCreation: true });
  const bytes = buffer.getMappedRange();
  if (dtype === "float16") new Uint16Array(bytes).set(float16Bits(data));
  else new Float32Array(bytes).set(data);
  buffer.unmap();
  return { buffer, shape: [...shape], dtype };
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
  return (await downloadFor("download", device, [tensor]))[0];
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
  const owner = "downloadAll";
  const list = reading(owner, "tensors", () => Array.isArray(tensors) ? [...tensors] : null);
  if (!list) throw new TypeError(expects(owner, "a list of tensors", show(tensors)));
  return await downloadFor(owner, device, list);
}

async function downloadFor(
  owner: string,
  device: GPUDevice,
  given: readonly GpuTensor[],
): Promise<Tensor[]> {
  checkDevice(owner, device);
  const tensors = given.map((tensor) => readTensor(owner, "tensor", tensor, device));
  const ranges = tensors.map((tensor): BufferRange => ({
    buffer: tensor.buffer,
    offset: tensor.offset,
    size: byteLengthOf(tensor.shape, tensor.dtype),
  }));
  const bytes = await readBuffer(owner, device, ranges);
  let at = 0;
  return tensors.map(({ shape, dtype }, i) => {
    const start = at;
    at += ranges[i].size;
    const count = sizeOf(shape);
    const data = dtype === "float16"
      ? float32FromFloat16(new Uint16Array(bytes, start, count))
      : new Float32Array(bytes, start, count).slice();
    return { data, shape };
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
  const staging = createBuffer(owner, device, {
    label: `${owner} staging`,
    size,
    usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
  });
  try {
    const [, refused] = inScopes(device, ["validation"], () => {
      const encoder = device.createCommandEncoder({ label: `${owner} copy` });
      let at = 0;
      for (const range of ranges) {
        if (range.size === 0) continue;
        encoder.copyBufferToBuffer(range.buffer, range.offset, staging, at, range.size);
        at += range.size;
      }
      device.queue.submit([encoder.finish()]);
    });
    await staging.mapAsync(GPUMapMode.READ);
    const error = await refused;
    if (error !== null) throw error;
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
