/** The compiled loops and the memory that they see: tables of the channels, scratch, tensors. */
import { wasmBase64 } from "./wasm_base64.ts";

/** Channels that a call of a loop can take: so many values has a table. */
export const mostChannels = 16384;

/** Float32 of the scratch memory: 1 MB, as second-level caches hold. */
export const scratchValues: number = 1 << 18;

const firstTable = 1024;

/** Addresses of the tables with a float64 a channel: what is summed. */
const sumTables = [0, 1, 2].map((i) => firstTable + 8 * i * mostChannels);

/** Addresses of the tables with a float32 a channel: what is applied. */
const mapTables = [6, 7, 8, 9, 10].map((i) => firstTable + 4 * i * mostChannels);

/** Address of the scratch memory. */
export const scratch: number = firstTable + 4 * 11 * mostChannels;

const tensors = scratch + 4 * scratchValues;

/** What `assembly/index.ts` exports; numbers, addresses among them, in the order of its parameters. */
export type Kernels = Readonly<
  Record<
    | "planeMoments"
    | "rowMoments"
    | "planeNormalize"
    | "rowNormalize"
    | "planeGradientSums"
    | "rowGradientSums"
    | "planeInputGradient"
    | "rowInputGradient",
    (...numbers: number[]) => void
  >
>;

/** A table of the channels. */
export interface Table<A extends Float32Array | Float64Array> {
  readonly at: number;
  readonly values: A;
}

/** The loops and their memory, which never grows: an array over it stays one. */
export interface KernelMemory {
  readonly kernels: Kernels;
  readonly buffer: ArrayBuffer;
  /** All of it: what is at an address is at a quarter of it here. */
  readonly floats: Float32Array;
  readonly sums: readonly Table<Float64Array>[];
  readonly map: readonly Table<Float32Array>[];
  /** Where the tensors begin. */
  readonly tensors: number;
}

let module: WebAssembly.Module | undefined;

/** A memory with room for tensors of so many bytes. Throws where WebAssembly or SIMD is refused. */
export function createKernelMemory(bytes = 0): KernelMemory {
  module ??= new WebAssembly.Module(
    Uint8Array.from(atob(wasmBase64), (character) => character.charCodeAt(0)),
  );
  const memory = new WebAssembly.Memory({ initial: Math.ceil((tensors + bytes) / 65536) });
  const buffer = memory.buffer as ArrayBuffer;
  return {
    kernels: new WebAssembly.Instance(module, { env: { memory } }).exports as Kernels,
    buffer,
    floats: new Float32Array(buffer),
    sums: sumTables.map((at) => ({ at, values: new Float64Array(buffer, at, mostChannels) })),
    map: mapTables.map((at) => ({ at, values: new Float32Array(buffer, at, mostChannels) })),
    tensors,
  };
}
