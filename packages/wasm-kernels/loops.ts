import { type InnerLoops, plainLoops } from "@renorm/core-math/loops";
import { areSumsEnough, groupGradientSums, groupInputGradient } from "./backward_loops.ts";
import { groupMoments, normalizeGroup } from "./forward_loops.ts";
import { planOf, type Thresholds } from "./plan.ts";

/**
 * The loops of core-math in WebAssembly: sums in float32 over short runs, y and dx in float32,
 * where that is enough.
 */
export const loops: InnerLoops = createLoops({ values: 512, inner: 8 });

/**
 * Values of a channel, and channels, from which on sums in float32 are tried: the roundings of
 * fewer values even out less, and among fewer channels a large sum is rare.
 */
const leastValues = 128;
const leastChannels = 8;

/** The same from other thresholds on, of which that of a row is 8 at least: a pair of vectors. */
export function createLoops(least: Thresholds): InnerLoops {
  return {
    moments(x, view, moments) {
      const plan = planOf(least, view, 1, x);
      if (!plan) return plainLoops.moments(x, view, moments);
      for (const group of plan.groups) groupMoments(plan, x as Float32Array, group, moments, true);
    },
    normalize(x, view, map, y) {
      const plan = planOf(least, view, 1, x, y);
      if (!plan) return plainLoops.normalize(x, view, map, y);
      for (const group of plan.groups) {
        normalizeGroup(plan, x as Float32Array, group, map, y as Float32Array, false) ||
          plainLoops.normalize(x, view, map, y, group);
      }
    },
    gradientSums(dy, x, view, mean, sums) {
      const plan = planOf(least, view, 2, dy, x);
      if (!plan) return plainLoops.gradientSums(dy, x, view, mean, sums);
      for (const group of plan.groups) {
        groupGradientSums(plan, dy as Float32Array, x as Float32Array, group, mean, sums, true);
      }
    },
    // Only the sums of the same call say whether float32 is enough.
    inputGradient: plainLoops.inputGradient,
    forward(x, view, batch, map, setMap, y) {
      const plan = planOf(least, view, 1, x, y);
      if (!plan) return plainLoops.forward(x, view, batch, map, setMap, y);
      for (const group of plan.groups) {
        const moments = (isExact: boolean) =>
          groupMoments(plan, x as Float32Array, group, batch, isExact);
        view.m >= leastValues && moments(false) || moments(true);
        setMap(group);
        normalizeGroup(plan, x as Float32Array, group, map, y as Float32Array, true) ||
          plainLoops.normalize(x, view, map, y, group);
      }
    },
    backward(dy, x, view, sums, map, setMap, dx) {
      const plan = planOf(least, view, 2, dy, x, dx);
      if (!plan) return plainLoops.backward(dy, x, view, sums, map, setMap, dx);
      const tensors = [dy, x, dx] as readonly Float32Array[];
      const largest: [number, number] = [0, 0];
      for (const group of plan.groups) {
        for (
          const isExact of view.m < leastValues || view.channels < leastChannels
            ? [true]
            : [false, true]
        ) {
          groupGradientSums(
            plan,
            dy as Float32Array,
            x as Float32Array,
            group,
            map.mean,
            sums,
            isExact,
          );
          setMap(group);
          if (areSumsEnough(plan, group, sums, map, largest)) break;
        }
        groupInputGradient(plan, tensors, group, sums, map) ||
          plainLoops.inputGradient(dy, x, view, map, dx, group);
      }
    },
  };
}
