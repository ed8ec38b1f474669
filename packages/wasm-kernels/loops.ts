import {
  type ChannelView,
  type FloatArray,
  type InnerLoops,
  plainLoops,
} from "@renorm/core-math/loops";
import { memoryOf } from "./allocate.ts";
import { groupGradientSums, groupInputGradient } from "./backward_loops.ts";
import { rowsInOne } from "./blocks.ts";
import { groupMoments, normalizeGroup } from "./forward_loops.ts";
import { type Group, groupsOf } from "./groups.ts";
import { type KernelMemory, mostChannels, scratchValues } from "./kernel_memory.ts";

/** From where on the loops in WebAssembly are faster than the plain ones. */
interface Thresholds {
  /** Values of a tensor. */
  readonly values: number;
  /** Values in a row of one channel, channels-first. */
  readonly inner: number;
}

/** A tensor as the loops take it. */
interface Plan {
  readonly memory: KernelMemory;
  readonly view: ChannelView;
  readonly groups: readonly Group[];
}

/** How tensors are worked through, of which so many are copied at a time; null for plain loops. */
function planOf(
  least: Thresholds,
  { outer, channels, inner, m }: ChannelView,
  copied: 1 | 2,
  ...tensors: readonly FloatArray[]
): Plan | null {
  if (channels * m < least.values || tensors.some((one) => one.BYTES_PER_ELEMENT > 4)) return null;
  // A single channel lies in one run.
  const view = channels === 1 ? { outer: 1, channels, inner: m, m } : { outer, channels, inner, m };
  const isRows = view.inner === 1;
  const most = mostChannels / rowsInOne(view);
  if (isRows ? channels > most : view.inner < least.inner) return null;
  const memory = memoryOf(...tensors as Float32Array[]);
  return memory && { memory, view, groups: groupsOf(view, scratchValues / copied, most) };
}

/** The loops of core-math in WebAssembly: sums in float64, results in float32 where it is enough. */
export const loops: InnerLoops = createLoops({ values: 512, inner: 8 });

/** The same from other thresholds on. */
export function createLoops(least: Thresholds): InnerLoops {
  return {
    moments(x, view, moments) {
      const plan = planOf(least, view, 1, x);
      if (!plan) return plainLoops.moments(x, view, moments);
      for (const group of plan.groups) {
        groupMoments(plan.memory, x as Float32Array, plan.view, group, moments);
      }
    },
    normalize(x, view, map, y) {
      const plan = planOf(least, view, 1, x, y);
      if (!plan) return plainLoops.normalize(x, view, map, y);
      const [from, to] = [x, y] as Float32Array[];
      for (const group of plan.groups) {
        normalizeGroup(plan.memory, from, plan.view, group, map, to, false) ||
          plainLoops.normalize(x, view, map, y, group);
      }
    },
    gradientSums(dy, x, view, mean, sums) {
      const plan = planOf(least, view, 2, dy, x);
      if (!plan) return plainLoops.gradientSums(dy, x, view, mean, sums);
      const [gradient, input] = [dy, x] as Float32Array[];
      for (const group of plan.groups) {
        groupGradientSums(plan.memory, gradient, input, plan.view, group, mean, sums);
      }
    },
    inputGradient: plainLoops.inputGradient,
    forward(x, view, moments, map, setMap, y) {
      const plan = planOf(least, view, 1, x, y);
      if (!plan) return plainLoops.forward(x, view, moments, map, setMap, y);
      const [from, to] = [x, y] as Float32Array[];
      for (const group of plan.groups) {
        groupMoments(plan.memory, from, plan.view, group, moments);
        setMap(group);
        normalizeGroup(plan.memory, from, plan.view, group, map, to, true) ||
          plainLoops.normalize(x, view, map, y, group);
      }
    },
    backward(dy, x, view, sums, map, setMap, dx) {
      const plan = planOf(least, view, 2, dy, x, dx);
      if (!plan) return plainLoops.backward(dy, x, view, sums, map, setMap, dx);
      const [gradient, input, to] = [dy, x, dx] as Float32Array[];
      for (const group of plan.groups) {
        groupGradientSums(plan.memory, gradient, input, plan.view, group, map.mean, sums);
        setMap(group);
        groupInputGradient(plan.memory, gradient, input, plan.view, group, sums, map, to) ||
          plainLoops.inputGradient(dy, x, view, map, dx, group);
      }
    },
  };
}
