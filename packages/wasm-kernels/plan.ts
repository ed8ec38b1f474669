import type { ChannelView, FloatArray } from "@renorm/core-math/loops";
import { memoryOf } from "./allocate.ts";
import { type Group, groupsOf } from "./groups.ts";
import { type KernelMemory, mostLanes, scratchValues } from "./kernel_memory.ts";

/** From where on the loops in WebAssembly are faster than the plain ones. */
export interface Thresholds {
  /** Values of a tensor. */
  readonly values: number;
  /** Values in a row of one channel, channels-first. */
  readonly inner: number;
}

/** A tensor as the loops take it. */
export interface Plan {
  readonly memory: KernelMemory;
  readonly view: ChannelView;
  readonly groups: readonly Group[];
}

/** How tensors are worked through, of which so many are copied at a time; null for plain loops. */
export function planOf(
  least: Thresholds,
  { outer, channels, inner, m }: ChannelView,
  copied: 1 | 2,
  ...tensors: readonly FloatArray[]
): Plan | null {
  if (channels * m < least.values || tensors.some((one) => one.BYTES_PER_ELEMENT > 4)) return null;
  // A single channel lies in one run.
  const view = channels === 1 ? { outer: 1, channels, inner: m, m } : { outer, channels, inner, m };
  if (view.inner > 1 && view.inner < least.inner) return null;
  const groups = groupsOf(view, scratchValues / copied, mostLanes);
  const memory = groups && memoryOf(...tensors as Float32Array[]);
  return memory && { memory, view, groups };
}
