/** The compiled loops and the memory that they see: tables of the channels, scratch, tensors. */
import { wasmBase64 } from "./wasm_base64.ts";

/** Channels that a call of a loop can take, as `assembly/tables.ts` says. */
export const mostChannels = 16384;

/** Float32 of the scratch memory: 1 MB, as second-level caches hold. */
export const scratchValues: number = 1 << 18;

/** What `assembly/index.ts` exports: loops, whose numbers are addresses, bytes and counts. */
type Kernels =
  & Readonly<
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
  >
  & Readonly<Record<Float64Table | Float32Table | "end", WebAssembly.Global>>;

type Float64Table = "centre" | "sum" | "product";
type Float32Table = "high" | "ofX" | "constant" | "meanDy" | "ofDy";

/** The loops and their memory, which never grows: an array over it stays one. */
export interface KernelMemory {
  readonly kernels: Kernels;
  readonly buffer: ArrayBuffer;
  /** All of it: what is at an address is at a quarter of it here. */
  readonly floats: Float32Array;
  /** The tables, which have a value for each channel of a call. */
  readonly tables: Readonly<
    Record<Float64Table, Float64Array> & Record<Float32Table, Float32Array>
  >;
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
  // The tables take less than this.
  const pages = Math.ceil((4 * scratchValues + 64 * mostChannels + bytes) / 65536);
  const memory = new WebAssembly.Memory({ initial: pages });
  const buffer = memory.buffer as ArrayBuffer;
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as Kernels;
  const float64 = (name: Float64Table) =>
    new Float64Array(buffer, kernels[name].value, mostChannels);
  const float32 = (name: Float32Table) =>
    new Float32Array(buffer, kernels[name].value, mostChannels);
  return {
    kernels,
    buffer,
    floats: new Float32Array(buffer),
    tables: {
      centre: float64("centre"),
      sum: float64("sum"),
      product: float64("product"),
      high: float32("high"),
      ofX: float32("ofX"),
      constant: float32("constant"),
      meanDy: float32("meanDy"),
      ofDy: float32("ofDy"),
    },
    scratch: kernels.end.value,
    tensors: kernels.end.value + 4 * scratchValues,
  };
}
