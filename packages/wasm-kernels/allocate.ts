import type { Tensor } from "@renorm/core-math";
import { checkedView, expects, reading, readShape, show } from "@renorm/core-math/checks";
import { createKernelMemory, type KernelMemory, stagger } from "./kernel_memory.ts";
import { sharedMemory } from "./kernels.ts";

/** The least room for tensors in a memory. Pages that nobody writes to take no memory. */
const leastRoom = 64 << 20;

/** The memories that tensors lie in, by their buffers; one lives as long as such a tensor. */
const memories = new WeakMap<ArrayBufferLike, KernelMemory>();

/** The memory that has room left, where, and the most bytes that it was meant for. */
let latest: { readonly memory: KernelMemory; free: number; readonly largest: number } | null = null;

/**
 * A tensor of zeros in memory that the WebAssembly loops see, so that nothing is copied: as x, dy
 * or `out` it makes a forward and backward about a quarter faster than any other tensor.
 *
 * Tensors of one memory are worked on in place; others are copied in and out, as any tensor is. A
 * memory has 64 MB, or room for four tensors as large as the one that it began with: x, y, dy and
 * dx. It is freed when none of its tensors is used any more, so allocate once and not in each step.
 * A clone, as `postMessage` makes, is one of the whole memory, which cannot be transferred: send
 * `data.slice()`. Where WebAssembly or so large a memory is refused, the tensor is an ordinary one.
 *
 * @param shape `[n, c, ...spatial]`, or `[n, ...spatial, c]` in channels-last.
 * @returns The tensor.
 * @throws {TypeError} When the rank is not 2 to 5 or a length is not an integer of at least 0.
 * @throws {RangeError} When there is no memory for so many values.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { allocate, BatchNorm2d } from "@renorm/wasm-kernels";
 *
 * const layer = new BatchNorm2d(3);
 * const [x, y] = [allocate([2, 3, 4, 4]), allocate([2, 3, 4, 4])];
 * x.data.forEach((_, i) => x.data[i] = Math.sin(i));
 * assert.equal(layer.forward(x, { out: y }), y);
 * ```
 */
export function allocate(shape: readonly number[]): Tensor {
  const owner = "allocate";
  const lengths = reading(owner, "a shape", () => readShape(shape));
  if (!lengths) {
    throw new TypeError(expects(owner, "a shape of integers of at least 0", show(shape)));
  }
  const { channels, m } = checkedView(owner, lengths);
  const values = channels * m;
  const bytes = Math.ceil(values / 16) * 64 + stagger;
  const left = latest ? latest.memory.buffer.byteLength - latest.free : -1;
  // A tensor larger than the others wants room for three more.
  if (left < bytes || bytes > latest!.largest && left < 4 * bytes) latest = roomFor(bytes);
  if (!latest) return { data: zeros(values, lengths), shape: lengths };
  const data = new Float32Array(latest.memory.buffer, latest.free, values);
  latest.free += bytes;
  return { data, shape: lengths };
}

/** An array that is not in the memory of the loops. */
function zeros(values: number, shape: readonly number[]): Float32Array {
  try {
    return new Float32Array(values);
  } catch {
    throw new RangeError(expects("allocate", "a shape of fewer values", show(shape)));
  }
}

/** A new memory, for four tensors of so many bytes or for as many as have room in the least. */
function roomFor(bytes: number): typeof latest {
  try {
    const room = Math.max(leastRoom, 4 * bytes);
    const memory = createKernelMemory(room);
    memories.set(memory.buffer, memory);
    return { memory, free: memory.tensors, largest: room / 4 };
  } catch {
    return null;
  }
}

/** The memory in which one of the tensors lies; else the one that they are copied into. */
export function memoryOf(...tensors: readonly Float32Array[]): KernelMemory | null {
  for (const { buffer } of tensors) {
    const memory = memories.get(buffer);
    if (memory) return memory;
  }
  return sharedMemory();
}
