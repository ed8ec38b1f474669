/** How a block comes to the loops, and back: in place, or by way of the scratch memory. */
import type { ChannelView } from "@renorm/core-math/loops";
import type { Block } from "./groups.ts";
import { type KernelMemory, scratchValues } from "./kernel_memory.ts";

/** Where a block lies for the loops. */
export interface Place {
  readonly at: number;
  /** Bytes from one sample to the next. */
  readonly stride: number;
}

/**
 * Where a block of a tensor lies: in the memory of the loops, or for a time in half its scratch.
 */
export function placeOf(
  { buffer, scratch }: KernelMemory,
  tensor: Float32Array,
  block: Block,
  { channels, inner }: ChannelView,
  half: 0 | 1 = 0,
): Place {
  return tensor.buffer === buffer
    ? { at: tensor.byteOffset + 4 * block.start, stride: 4 * channels * inner }
    : {
      at: scratch + 2 * scratchValues * half + 4 * block.offset,
      stride: 4 * block.channels * block.inner,
    };
}

/** Copies a block to its place, unless the tensor lies there. */
export function copyIn(
  { buffer, floats }: KernelMemory,
  tensor: Float32Array,
  { start, runs, stride, length }: Block,
  { at }: Place,
): void {
  if (tensor.buffer === buffer) return;
  for (let run = 0, from = start, to = at / 4; run < runs; run++, from += stride, to += length) {
    floats.set(tensor.subarray(from, from + length), to);
  }
}

/** Copies it back. */
export function copyOut(
  { buffer, floats }: KernelMemory,
  tensor: Float32Array,
  { start, runs, stride, length }: Block,
  { at }: Place,
): void {
  if (tensor.buffer === buffer) return;
  for (let run = 0, from = at / 4, to = start; run < runs; run++, from += length, to += stride) {
    tensor.set(floats.subarray(from, from + length), to);
  }
}

/** Repeats the first values of a table. */
export function repeat(table: Float64Array | Float32Array, channels: number, times: number): void {
  for (let i = 1; i < times; i++) table.copyWithin(i * channels, 0, channels);
}

/** The sum of the values that a channel has in a table. */
export function total(
  table: Float64Array | Float32Array,
  c: number,
  channels: number,
  times: number,
): number {
  let sum = 0;
  for (let i = c; i < channels * times; i += channels) sum += table[i];
  return sum;
}
