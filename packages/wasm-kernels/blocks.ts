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

/** Whether a block is worked on in place: rows of a large tensor are faster copied, in order. */
function isThere(
  { buffer }: KernelMemory,
  tensor: Float32Array,
  { missing, counts }: Block,
): boolean {
  return tensor.buffer === buffer && missing === 0 && (counts[4] === 32 || tensor.length < 1 << 22);
}

/** Copies a block to its place, unless the tensor lies there; what is missing is from a filler. */
export function copyIn(
  memory: KernelMemory,
  tensor: Float32Array,
  block: Block,
  place: Place,
  filler?: Float32Array,
): void {
  const { size, missing } = block;
  for (const [own, scratch] of runsOf(memory, tensor, block, place)) scratch.set(own);
  if (missing === 0) return;
  const rest = memory.floats.subarray(place[0] / 4 + size - missing, place[0] / 4 + size);
  if (filler) rest.set(filler.subarray(size - missing, size));
  else rest.fill(0);
}

/** Copies it back. */
export function copyOut(
  memory: KernelMemory,
  tensor: Float32Array,
  block: Block,
  place: Place,
): void {
  for (const [own, scratch] of runsOf(memory, tensor, block, place)) own.set(scratch);
}

/** The runs of values of a block, in the tensor and in the scratch; none where it lies there. */
function runsOf(
  memory: KernelMemory,
  tensor: Float32Array,
  block: Block,
  [at]: Place,
): Float32Array[][] {
  if (isThere(memory, tensor, block)) return [];
  const { start, size, stride, missing, counts: [outer] } = block;
  const isWhole = size === stride;
  const length = isWhole ? outer * size - missing : size;
  return Array.from({ length: isWhole ? 1 : outer }, (_, i) => [
    tensor.subarray(start + i * stride, start + i * stride + length),
    memory.floats.subarray(at / 4 + i * size, at / 4 + i * size + length),
  ]);
}

/** Sets what a channel has in a table, the one that is the c-th of its group. */
export function setLanes(
  table: Float32Array | Float64Array,
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
