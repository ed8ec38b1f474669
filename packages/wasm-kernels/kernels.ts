import { createKernelMemory, type KernelMemory } from "./kernel_memory.ts";

/** What {@linkcode kernels} says. */
export interface KernelsInUse {
  /** WebAssembly with SIMD, or the plain loops of core-math. */
  readonly name: "wasm" | "plain";
  /** Why it is the plain loops; null for WebAssembly. */
  readonly reason: string | null;
}

let memory: KernelMemory | null = null;
let reason: string | null = null;

/**
 * Which loops do the work here: those in WebAssembly, or, where a Content-Security-Policy or an old
 * engine refuses it, the plain ones of core-math, which give the same results to rounding.
 *
 * @returns Their name, and why it is not WebAssembly.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { kernels } from "@renorm/wasm-kernels";
 *
 * assert.deepEqual(kernels(), { name: "wasm", reason: null });
 * ```
 */
export function kernels(): KernelsInUse {
  return { name: sharedMemory() ? "wasm" : "plain", reason };
}

/** The memory for tensors that lie anywhere, made on first use; null where it is refused. */
export function sharedMemory(): KernelMemory | null {
  if (memory === null && reason === null) {
    try {
      memory = createKernelMemory();
    } catch (error) {
      reason = String(error);
    }
  }
  return memory;
}
