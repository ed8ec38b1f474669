/** The two loops of a backward over a group of channels. */
import type { GradientMap, GradientSums } from "@renorm/core-math/loops";
import { copyIn, copyOut, placeOf, setLanes, total } from "./blocks.ts";
import { isSmall, isSmallOrZero } from "./float32_range.ts";
import type { Group } from "./groups.ts";
import type { Plan } from "./plan.ts";

/** Writes `Σdy` and `Σdy·(x − mean)` of a group; `Σdy²` stays in the table of the constants. */
export function groupGradientSums(
  { memory }: Plan,
  dy: Float32Array,
  x: Float32Array,
  group: Group,
  mean: Float64Array,
  { sums, products }: GradientSums,
  isExact: boolean,
): void {
  const { kernels, sums: [sum, product, exactCentre], map: [centre, , squares] } = memory;
  const { from, to, times } = group;
  for (let c = 0; c < to - from; c++) {
    setLanes(centre, group, c, mean[from + c]);
    if (isExact) setLanes(exactCentre, group, c, mean[from + c]);
  }
  for (const table of [sum, product, squares]) table.fill(0, 0, (to - from) * times);
  for (const block of group.blocks) {
    const place = placeOf(memory, x, block, 0);
    const ofDy = placeOf(memory, dy, block, 1);
    copyIn(memory, x, block, place, centre);
    copyIn(memory, dy, block, ofDy);
    const given = [...place, ...ofDy, ...block.counts];
    kernels[isExact ? "exactSums" : "gradientSums"](...given);
  }
  for (let c = 0; c < to - from; c++) {
    const s = sums[from + c] = total(sum, group, c);
    products[from + c] = total(product, group, c);
    if (!isExact) products[from + c] -= (mean[from + c] - centre[c * group.lanes]) * s;
  }
}

/**
 * Whether dx of a channel is exact enough in float32: neither most of dy is its mean, nor most of
 * what it varies by goes along with x, which dx is without.
 */
function isKept(
  { view }: Plan,
  squares: number,
  { sums, products }: GradientSums,
  { ofX, ofDy }: GradientMap,
  c: number,
): boolean {
  const varied = squares - sums[c] ** 2 / view.m;
  const taken = Math.abs(2 * ofX[c] * products[c]);
  return isSmall(squares) && varied * 64 >= squares && taken <= varied * Math.abs(ofDy[c]);
}

/**
 * Whether sums in float32 are exact enough for a group: for dx, and beside the largest sums so far
 * for the gradients of weight and bias. The rounding of a sum is about that of the root of `Σdy²`.
 *
 * @param largest The squares of `Σdy` and of `Σdy·z`, which are made those of this group as well.
 */
export function areSumsEnough(
  plan: Plan,
  group: Group,
  sums: GradientSums,
  map: GradientMap,
  largest: [ofDy: number, ofProduct: number],
): boolean {
  const { from, to } = group;
  for (let c = from; c < to; c++) {
    // ofX = −ofDy·invStd·Σdy·z / m, and Σdy·z = invStd·Σdy·(x − mean).
    const product = Math.abs(map.ofX[c] * sums.products[c] / map.ofDy[c]) * plan.view.m;
    largest[0] = Math.max(largest[0], sums.sums[c] ** 2);
    largest[1] = Math.max(largest[1], product);
  }
  for (let c = from; c < to; c++) {
    const squares = total(plan.memory.map[2], group, c - from);
    const isEnough = squares <= Math.min(...largest) &&
      isKept(plan, squares, sums, map, c);
    if (!isEnough) return false;
  }
  return true;
}

/**
 * Writes `dx = ofDy·dy + ofX·(x − mean) + constant` of a group in float32, right after its sums,
 * with the means of dy and x taken off first. False where float32 would lose too much, and nothing
 * is written: where it cannot hold the map, or where the terms cancel.
 */
export function groupInputGradient(
  plan: Plan,
  [dy, x, dx]: readonly Float32Array[],
  group: Group,
  sums: GradientSums,
  map: GradientMap,
): boolean {
  const { memory, view } = plan;
  const { mean, ofX, ofDy, constant } = map;
  const { kernels, map: [high, factor, offset, meanDy, factorDy] } = memory;
  const { from, to, stays } = group;
  for (let i = from; i < to; i++) {
    const c = i - from;
    const squares = total(offset, group, c);
    const [middle, middleDy] = [Math.fround(mean[i]), Math.fround(sums.sums[i] / view.m)];
    const rest = constant[i] + ofDy[i] * middleDy - ofX[i] * (mean[i] - middle);
    const isHeld = isSmall(middle) && isSmall(middleDy) && isSmall(rest) &&
      isSmallOrZero(ofDy[i]) && isSmallOrZero(ofX[i], 1e-36);
    if (!isHeld || !isKept(plan, squares, sums, map, i)) return false;
    setLanes(high, group, c, middle);
    setLanes(factor, group, c, ofX[i]);
    setLanes(offset, group, c, rest);
    setLanes(meanDy, group, c, middleDy);
    setLanes(factorDy, group, c, ofDy[i]);
  }
  for (const block of group.blocks) {
    const place = placeOf(memory, x, block, 0);
    const ofGradient = placeOf(memory, dy, block, 1);
    const target = placeOf(memory, dx, block, 1);
    if (!stays) {
      copyIn(memory, x, block, place);
      copyIn(memory, dy, block, ofGradient);
    }
    kernels.inputGradient(...place, ...ofGradient, ...target, ...block.counts);
    copyOut(memory, dx, block, target);
  }
  return true;
}
