/** How a block comes to the loops, and back: in place, or by way of the scratch memory. */
import type { Block, Group } from "./groups.ts";
import { type KernelMemory, scratchValues, stagger } from "./kernel_memory.ts";

/** Where a block lies for the loops: an address, and bytes from one piece to the next. */
export type Place = readonly [at: number, stride: number];

/**
 * Where a block of a tensor lies: in the memory of the loops, or for a time in half its scratch,
 * where the last of some rows taken as one has room for all that it should have.
 */
export function placeOf(
  memory: KernelMemory,
  tensor: Float32Array,
  block: Block,
  half: 0 | 1 = 0,
): Place {
  return isThere(memory, tensor, block)
    ? [tensor.byteOffset + 4 * block.start, 4 * block.stride]
    : [memory.scratch + (2 * scratchValues + stagger) * half + 4 * block.offset, 4 * block.size];
}

function isThere({ buffer }: KernelMemory, tensor: Float32Array, { missing }: Block): boolean {
  return tensor.buffer === buffer && missing === 0;
}

/** Copies a block to its place, unless the tensor lies there; what is missing counts as nothing. */
export function copyIn(
  memory: KernelMemory,
  tensor: Float32Array,
  block: Block,
  [at]: Place,
  filler?: Float32Array,
): void {
  if (isThere(memory, tensor, block)) return;
  const { floats } = memory;
  const { size, missing } = block;
  eachRun(
    block,
    at / 4,
    (from, length, to) => floats.set(tensor.subarray(from, from + length), to),
  );
  if (missing === 0) return;
  const end = at / 4 + size;
  if (filler) floats.set(filler.subarray(size - missing, size), end - missing);
  else floats.fill(0, end - missing, end);
}

/** Copies it back. */
export function copyOut(
  memory: KernelMemory,
  tensor: Float32Array,
  block: Block,
  [at]: Place,
): void {
  if (isThere(memory, tensor, block)) return;
  const { floats } = memory;
  eachRun(
    block,
    at / 4,
    (to, length, from) => tensor.set(floats.subarray(from, from + length), to),
  );
}

/** Calls for each run of values: where it lies in the tensor, its length, where in the scratch. */
function eachRun(
  { start, outer, size, stride, missing }: Block,
  at: number,
  copy: (from: number, length: number, to: number) => void,
): void {
  if (size === stride) copy(start, outer * size - missing, at);
  else for (let i = 0; i < outer; i++) copy(start + i * stride, size, at + i * size);
}

/** Sets what a channel has in a table, the one that is the c-th of its group. */
export function setLanes(
  table: Float32Array,
  { times, next, lanes }: Group,
  c: number,
  value: number,
): void {
  for (let i = 0, at = c * lanes; i < times; i++, at += next) table[at] = value;
}

/** The sum of what it has in a table. */
export function total(
  table: Float64Array | Float32Array,
  { times, next, lanes }: Group,
  c: number,
): number {
  let sum = 0;
  for (let i = 0, at = c * lanes; i < times; i++, at += next) sum += table[at];
  return sum;
}
