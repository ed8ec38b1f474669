/**
 * TensorFlow.js' webgpu backend from the inside, which is no stable interface: everything this
 * package uses of it stands here. It was read in 4.22.0.
 */
import type { AdapterInfo } from "@renorm/webgpu-kernels";
import type { TensorFlow } from "./tensor_flow.ts";

/** A tensor as backends pass it on. */
export interface TensorInfo {
  readonly dataId: object;
  readonly shape: number[];
  readonly dtype: string;
}

/** The members used. */
interface Inside {
  readonly device: GPUDevice;
  readonly adapterInfo: AdapterInfo;
  readonly tensorMap: { get(dataId: object): { resource: GPUBuffer | null; values: unknown } };
  readonly commandQueueOwnedIds: { add(dataId: object): void };
  readonly commandEncoder: GPUCommandEncoder | null;
  dispatchCountInPass: number;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  uploadToGPU(dataId: object): void;
  refCount(dataId: object): number;
  makeTensorInfo(shape: number[], dtype: string): TensorInfo;
}

/** What the fused step needs of the backend. */
export interface WebGpuBackend {
  /** Its device. */
  readonly device: GPUDevice;
  /** What it knows of its adapter; the device itself may no longer be asked. */
  readonly adapterInfo: AdapterInfo;
  /** The buffer of a tensor, uploaded if it was on the CPU, safe until the commands are submitted. */
  bufferOf(tensor: TensorInfo): GPUBuffer;
  /** The same of a tensor that will be written in place. */
  writableBufferOf(tensor: TensorInfo): GPUBuffer;
  /** How many tensors share the data of one. */
  sharesOf(tensor: TensorInfo): number;
  /** A new tensor whose buffer holds anything. */
  create(shape: readonly number[]): TensorInfo;
  /** Records into the commands that the backend collects, and submits them as often as it does. */
  record(dispatches: number, commands: (encoder: GPUCommandEncoder) => void): void;
}

const members = [
  "device",
  "adapterInfo",
  "tensorMap",
  "commandQueueOwnedIds",
  "commandEncoder",
  "dispatchCountInPass",
  "ensureCommandEncoderReady",
  "endComputePassEncoder",
  "submitQueue",
  "uploadToGPU",
  "refCount",
  "makeTensorInfo",
] as const satisfies readonly (keyof Inside)[];

const known = new WeakMap<object, WebGpuBackend | null>();

/** The webgpu backend, if it is the current one and has the members we know; else null. */
export function webGpuBackend(tf: TensorFlow): WebGpuBackend | null {
  if (tf.getBackend() !== "webgpu") return null;
  const inside = tf.backend() as unknown as Inside;
  const found = known.get(inside);
  if (found !== undefined) return found;
  const isKnown = members.every((name) => name in inside);
  const backend = isKnown ? wrap(tf, inside) : null;
  known.set(inside, backend);
  if (!isKnown) {
    const missing = members.filter((name) => !(name in inside)).join(", ");
    console.warn(
      `@renorm/tfjs knows the webgpu backend of TensorFlow.js 4.22; this one lacks ${missing}, ` +
        "so layers run its stock operations",
    );
  }
  return backend;
}

function wrap(tf: TensorFlow, inside: Inside): WebGpuBackend {
  const bufferOf = ({ dataId }: TensorInfo) => {
    inside.uploadToGPU(dataId);
    // Else the buffer may go to another tensor before the commands that use it have run.
    inside.commandQueueOwnedIds.add(dataId);
    return inside.tensorMap.get(dataId).resource!;
  };
  const uncached = new WeakSet<object>();
  return {
    device: inside.device,
    adapterInfo: inside.adapterInfo,
    bufferOf,
    writableBufferOf(tensor) {
      const buffer = bufferOf(tensor);
      const entry = inside.tensorMap.get(tensor.dataId);
      if (!uncached.has(entry)) {
        // Reading keeps a copy for the next reading, and one that is under way would keep values
        // that are old by then; this one is read from the GPU each time.
        Object.defineProperty(entry, "values", { get: () => null, set: () => {} });
        uncached.add(entry);
      }
      return buffer;
    },
    sharesOf({ dataId }) {
      // Asking for data moves them here from another backend; before that none are counted.
      inside.tensorMap.get(dataId);
      return inside.refCount(dataId);
    },
    create(shape) {
      const info = inside.makeTensorInfo([...shape], "float32");
      inside.uploadToGPU(info.dataId);
      return info;
    },
    record(dispatches, commands) {
      inside.ensureCommandEncoderReady();
      inside.endComputePassEncoder();
      commands(inside.commandEncoder!);
      inside.dispatchCountInPass += dispatches;
      const most = tf.env().getNumber("WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE");
      if (inside.dispatchCountInPass >= most) inside.submitQueue();
    },
  };
}
