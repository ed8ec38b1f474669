/** Where the loops find a tensor: in the memory that they see, or copied into its scratch memory. */
import type { ChannelView } from "@renorm/core-math";
import type { Block } from "./groups.ts";
import { type KernelMemory, scratch, scratchValues } from "./kernel_memory.ts";

/** A block of a tensor in the memory of the loops. */
export interface Placed {
  /** Its address. */
  readonly at: number;
  /** Bytes from one sample to the next. */
  readonly stride: number;
}

/** Whether a tensor lies in the memory of the loops. */
export function isInPlace({ buffer }: KernelMemory, tensor: Float32Array): boolean {
  return tensor.buffer === buffer;
}

/** A block where it lies, or where it belongs in a half of the scratch memory. */
export function placeOf(
  memory: KernelMemory,
  tensor: Float32Array,
  block: Block,
  { channels, inner }: ChannelView,
  half: 0 | 1,
): Placed {
  return isInPlace(memory, tensor)
    ? { at: tensor.byteOffset + 4 * block.start, stride: 4 * channels * inner }
    : { at: scratch + 2 * half * scratchValues, stride: 4 * block.channels * block.inner };
}

/** Copies a block to its place in the scratch memory, unless the tensor lies in the memory. */
export function copyIn(memory: KernelMemory, tensor: Float32Array, block: Block, at: number): void {
  if (isInPlace(memory, tensor)) return;
  const { start, runs, stride, length } = block;
  for (let run = 0, from = start, to = at / 4; run < runs; run++, from += stride, to += length) {
    memory.floats.set(tensor.subarray(from, from + length), to);
  }
}

/** Copies a block back. */
export function copyOut(
  memory: KernelMemory,
  tensor: Float32Array,
  block: Block,
  at: number,
): void {
  if (isInPlace(memory, tensor)) return;
  const { start, runs, stride, length } = block;
  for (let run = 0, from = at / 4, to = start; run < runs; run++, from += length, to += stride) {
    tensor.set(memory.floats.subarray(from, from + length), to);
  }
}
