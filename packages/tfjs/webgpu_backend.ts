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

/** What it keeps of a tensor: its buffer, and values on the CPU where it has them. */
interface Entry {
  resource: GPUBuffer | null;
  values: unknown;
}

/** The members used. */
interface Inside {
  readonly device: GPUDevice;
  readonly adapterInfo: AdapterInfo;
  readonly tensorMap: { get(dataId: object): Entry; has(dataId: object): boolean };
  readonly commandQueueOwnedIds: { add(dataId: object): void };
  readonly commandEncoder: GPUCommandEncoder | null;
  dispatchCountInPass: number;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  uploadToGPU(dataId: object): void;
  read(dataId: object): Promise<unknown>;
  getBufferData(buffer: GPUBuffer): Promise<ArrayBuffer>;
  refCount(dataId: object): number;
  makeTensorInfo(shape: number[], dtype: string): TensorInfo;
}

/** What the fused step needs of the backend. */
export interface WebGpuBackend {
  /** Its device. */
  readonly device: GPUDevice;
  /** What it knows of its adapter; the device itself may no longer be asked. */
  readonly adapterInfo: AdapterInfo;
  /**
   * The buffer of a tensor, uploaded if it was on the CPU, safe until the commands are submitted.
   */
  bufferOf(tensor: TensorInfo): GPUBuffer;
  /** The same of a tensor that will be written in place. */
  writableBufferOf(tensor: TensorInfo): GPUBuffer;
  /** How many tensors share the data of one. */
  sharesOf(tensor: TensorInfo): number;
  /** A new tensor, whose buffer will hold anything. */
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
  "read",
  "getBufferData",
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
  const keptValues = keepValuesOfWritten(inside);
  return {
    device: inside.device,
    adapterInfo: inside.adapterInfo,
    bufferOf,
    writableBufferOf(tensor) {
      const buffer = bufferOf(tensor);
      keptValues.forget(inside.tensorMap.get(tensor.dataId));
      return buffer;
    },
    sharesOf({ dataId }) {
      // Asking for data moves them here from another backend; before that none are counted.
      inside.tensorMap.get(dataId);
      return inside.refCount(dataId);
    },
    create: (shape) => inside.makeTensorInfo([...shape], "float32"),
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

/**
 * Sees to the copies on the CPU of tensors that are written in place. TensorFlow.js keeps one for
 * the next reading, which `dataSync()` and other backends live on; but a reading that is under way
 * would keep values that are old by the time it ends. So these tensors keep what our own reading
 * brings, and that only if nothing was written meanwhile.
 */
function keepValuesOfWritten(inside: Inside): { forget(entry: Entry): void } {
  const written = new WeakMap<Entry, { values: unknown; writes: number }>();
  const read = inside.read.bind(inside);
  inside.read = async (dataId) => {
    // Asking for data that are elsewhere would move them here.
    const entry = inside.tensorMap.has(dataId) ? inside.tensorMap.get(dataId) : null;
    const kept = entry && written.get(entry);
    if (!kept || kept.values !== null || !entry.resource) return read(dataId);
    const { writes } = kept;
    const values = new Float32Array(await inside.getBufferData(entry.resource));
    if (kept.writes === writes) kept.values = values;
    return values;
  };
  return {
    forget(entry) {
      const kept = written.get(entry);
      if (kept) {
        kept.values = null;
        kept.writes++;
        return;
      }
      const first = { values: null as unknown, writes: 0 };
      written.set(entry, first);
      Object.defineProperty(entry, "values", { get: () => first.values, set: () => {} });
    },
  };
}
