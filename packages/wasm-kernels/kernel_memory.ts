/** The compiled loops and the memory that they see: tables of the channels, scratch, tensors. */
import { wasmBase64 } from "./wasm_base64.ts";

/** Lanes of vectors that a call of a loop can take: channels, or a few for each. */
export const mostLanes = 16384;

/** Float32 of the scratch memory: 1 MB, as second-level caches hold. */
export const scratchValues: number = 1 << 18;

/**
 * Bytes between arrays, so that they do not begin at the same place of a page: a store would then
 * hold up loads of another array.
 */
export const stagger = 17 * 64;

/** What `assembly/index.ts` exports: loops, whose numbers are addresses, bytes and counts. */
type Kernels = Readonly<
  Record<
    "moments" | "normalize" | "gradientSums" | "exactSums" | "inputGradient",
    (...numbers: number[]) => void
  >
>;

/** The loops and their memory, which never grows: an array over it stays one. */
export interface KernelMemory {
  readonly kernels: Kernels;
  readonly buffer: ArrayBuffer;
  /** All of it: what is at an address is at a quarter of it here. */
  readonly floats: Float32Array;
  /** Tables with a float64 for each lane: sum, product or square, and centre. */
  readonly sums: readonly Float64Array[];
  /** Tables with a float32 for each: centre, ofX, constant, mean of dy, ofDy. */
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
  const [sums, map] = [1024, 1024 + 3 * 8 * mostLanes];
  const scratch = map + 5 * 4 * mostLanes;
  const tensors = scratch + 4 * scratchValues + 2 * stagger;
  const memory = new WebAssembly.Memory({ initial: Math.ceil((tensors + bytes) / 65536) });
  const buffer = memory.buffer as ArrayBuffer;
  return {
    kernels: new WebAssembly.Instance(module, { env: { memory } }).exports as Kernels,
    buffer,
    floats: new Float32Array(buffer),
    sums: [0, 1, 2].map((i) => new Float64Array(buffer, sums + 8 * i * mostLanes, mostLanes)),
    map: [0, 1, 2, 3, 4].map((i) => new Float32Array(buffer, map + 4 * i * mostLanes, mostLanes)),
    scratch,
    tensors,
  };
}
