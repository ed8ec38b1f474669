/** The two loops of a backward over a group of channels. */
import type { GradientMap, GradientSums } from "@renorm/core-math/loops";
import { copyIn, copyOut, placeOf, setLanes, total } from "./blocks.ts";
import { isSmall, isSmallOrZero } from "./float32_range.ts";
import type { Group } from "./groups.ts";
import type { Plan } from "./plan.ts";

/** Writes `Σdy` and `Σdy·(x − mean)` of a group; `Σdy²` stays in the table of the constants. */
export function groupGradientSums(
  { memory, view }: Plan,
  dy: Float32Array,
  x: Float32Array,
  group: Group,
  mean: Float64Array,
  { sums, products }: GradientSums,
  isExact: boolean,
): void {
  const { kernels, sums: [sum, product], map: [centre, , squares, none] } = memory;
  const { from, to, times } = group;
  for (let c = 0; c < to - from; c++) setLanes(centre, group, c, mean[from + c]);
  for (const table of [sum, product, squares, none]) table.fill(0, 0, (to - from) * times);
  for (const block of group.blocks) {
    const place = placeOf(memory, x, block, 0);
    const ofDy = placeOf(memory, dy, block, 1);
    copyIn(memory, x, block, place, centre);
    copyIn(memory, dy, block, ofDy);
    const given = [...place, ...ofDy, block.outer, ...block.columns];
    if (isExact) kernels.exactSums(...given, none.byteOffset);
    else kernels.gradientSums(...given);
  }
  for (let c = 0; c < to - from; c++) {
    const s = sums[from + c] = total(sum, group, c);
    const rounded = Number.isFinite(s) ? mean[from + c] - centre[c * group.lanes] : 0;
    products[from + c] = total(product, group, c) - (rounded && rounded * s);
  }
}

/** What the sums of the groups so far are at most: squares of `Σdy` and of `Σdy·z`. */
export interface LargestSums {
  ofDy: number;
  ofProduct: number;
}

/**
 * Whether sums in float32 are exact enough for a group: for dx, and beside the largest sums for
 * the gradients of weight and bias. The rounding of a sum is about a unit of the root of `Σdy²`.
 */
export function areSumsEnough(
  { memory, view }: Plan,
  group: Group,
  { sums, products }: GradientSums,
  { ofX, ofDy }: GradientMap,
  largest: LargestSums,
): boolean {
  const { from, to } = group;
  // With ofX = −ofDy·invStd·Σdy·z / m, and z of a variance of 1.
  const ofProduct = (i: number) => Math.abs(ofX[i] * products[i] / ofDy[i]) * view.m;
  for (let i = from; i < to; i++) {
    largest.ofDy = Math.max(largest.ofDy, sums[i] ** 2);
    largest.ofProduct = Math.max(largest.ofProduct, ofProduct(i));
  }
  for (let i = from; i < to; i++) {
    const squares = total(memory.map[2], group, i - from);
    const varied = squares - sums[i] ** 2 / view.m;
    const isEnough = isSmallOrZero(squares) && squares <= largest.ofDy &&
      squares <= largest.ofProduct && squares <= 4 * varied && 2 * ofProduct(i) <= varied * view.m;
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
  { memory, view }: Plan,
  [dy, x, dx]: readonly Float32Array[],
  group: Group,
  { sums, products }: GradientSums,
  { mean, ofX, ofDy, constant }: GradientMap,
): boolean {
  const { kernels, map: [high, factor, offset, meanDy, factorDy] } = memory;
  const { from, to, stays } = group;
  for (let i = from; i < to; i++) {
    const c = i - from;
    const squares = total(offset, group, c);
    const [middle, middleDy] = [Math.fround(mean[i]), Math.fround(sums[i] / view.m)];
    const rest = constant[i] + ofDy[i] * middleDy - ofX[i] * (mean[i] - middle);
    const isHeld = isSmall(middle) && isSmall(squares) && isSmall(middleDy) &&
      isSmall(rest) && isSmallOrZero(ofDy[i]) && isSmallOrZero(ofX[i], 1e-36);
    // What dy varies by, and how much of that goes along with x, which dx is without.
    const varied = squares - sums[i] ** 2 / view.m;
    const taken = Math.abs(2 * ofX[i] * products[i]);
    const isKept = varied * 256 >= squares && taken <= varied * Math.abs(ofDy[i]);
    if (!isHeld || !isKept) return false;
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
    kernels.inputGradient(...place, ...ofGradient, ...target, block.outer, ...block.columns);
    copyOut(memory, dx, block, target);
  }
  return true;
}
