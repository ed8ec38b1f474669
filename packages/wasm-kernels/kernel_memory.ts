/** The compiled loops and the memory that they see: tables of the channels, scratch, tensors. */
import { wasmBase64 } from "./wasm_base64.ts";

/** Channels that a call of a loop can take. */
export const mostChannels = 16384;

/** Float32 of the scratch memory: 1 MB, as second-level caches hold. */
export const scratchValues: number = 1 << 18;

/** What `assembly/index.ts` exports: loops, whose numbers are addresses, bytes and counts. */
type Kernels = Readonly<
  Record<"moments" | "normalize" | "gradientSums" | "inputGradient", (...numbers: number[]) => void>
>;

/** The loops and their memory, which never grows: an array over it stays one. */
export interface KernelMemory {
  readonly kernels: Kernels;
  readonly buffer: ArrayBuffer;
  /** All of it: what is at an address is at a quarter of it here. */
  readonly floats: Float32Array;
  /** Tables with a float64 for each channel of a call: centre, sum, and product or square. */
  readonly sums: readonly Float64Array[];
  /** Tables with a float32 for each: high part of the mean, ofX, constant, mean of dy, ofDy. */
  readonly map: readonly Float32Array[];
  /** Where the scratch memory begins. */
  readonly scratch: number;
  /** Where tensors begin. */
  readonly tensors: number;
}

let module: WebAssembly.Module | undefined;

/** A memory with room for tensors of so many bytes. Throws where WebAssembly or SIMD is refused. */
export function createKernelMemory(bytes = 0): KernelMemory {
  module ??= new WebAssembly.Module(
    Uint8Array.from(atob(wasmBase64), (character) => character.charCodeAt(0)),
  );
  // The tables lie where assembly/tables.ts has them.
  const [sums, map] = [1024, 1024 + 3 * 8 * mostChannels];
  const scratch = map + 5 * 4 * mostChannels;
  const tensors = scratch + 4 * scratchValues;
  const memory = new WebAssembly.Memory({ initial: Math.ceil((tensors + bytes) / 65536) });
  const buffer = memory.buffer as ArrayBuffer;
  return {
    kernels: new WebAssembly.Instance(module, { env: { memory } }).exports as Kernels,
    buffer,
    floats: new Float32Array(buffer),
    sums: [0, 1, 2].map((i) => new Float64Array(buffer, sums + 8 * i * mostChannels, mostChannels)),
    map: [0, 1, 2, 3, 4].map((i) =>
      new Float32Array(buffer, map + 4 * i * mostChannels, mostChannels)
    ),
    scratch,
    tensors,
  };
}
