/** The two loops of a backward over a group of channels. */
import type { GradientMap, GradientSums } from "@renorm/core-math/loops";
import { copyIn, copyOut, placeOf, repeat, total } from "./blocks.ts";
import { isSmall, isSmallOrZero } from "./float32_range.ts";
import type { Group } from "./groups.ts";
import type { Plan } from "./plan.ts";

/** Writes `Σdy` and `Σdy·(x − mean)` of a group; `Σdy²` stays in the table of the constants. */
export function groupGradientSums(
  { memory, view }: Plan,
  dy: Float32Array,
  x: Float32Array,
  { from, to, times, blocks }: Group,
  mean: Float64Array,
  { sums, products }: GradientSums,
): void {
  const { kernels, sums: [centre, sum, product], map: [, , squares] } = memory;
  const channels = to - from;
  centre.set(mean.subarray(from, to));
  repeat(centre, channels, times);
  for (const table of [sum, product, squares]) table.fill(0, 0, channels * times);
  for (const block of blocks) {
    const place = placeOf(memory, x, block, view, 0);
    const ofDy = placeOf(memory, dy, block, view, 1);
    copyIn(memory, x, block, place);
    copyIn(memory, dy, block, ofDy);
    const { outer, channels, inner } = block;
    kernels.gradientSums(place.at, place.stride, ofDy.at, ofDy.stride, outer, channels, inner);
  }
  for (let c = 0; c < channels; c++) {
    sums[from + c] = total(sum, c, channels, times);
    products[from + c] = total(product, c, channels, times);
    squares[c] = total(squares, c, channels, times);
  }
}

/**
 * Writes `dx = ofDy·dy + ofX·(x − mean) + constant` of a group in float32, right after its sums,
 * with the means of dy and x taken off first. False where float32 would lose too much, and nothing
 * is written: where it cannot hold the map, or where the terms cancel.
 */
export function groupInputGradient(
  { memory, view }: Plan,
  [dy, x, dx]: readonly Float32Array[],
  { from, to, times, stays, blocks }: Group,
  { sums, products }: GradientSums,
  { mean, ofX, ofDy, constant }: GradientMap,
): boolean {
  const { kernels, map } = memory;
  const [high, factor, offset, meanDy, factorDy] = map;
  const channels = to - from;
  for (let c = 0; c < channels; c++) {
    const i = from + c;
    const squares = offset[c];
    high[c] = mean[i];
    factor[c] = ofX[i];
    meanDy[c] = sums[i] / view.m;
    factorDy[c] = ofDy[i];
    offset[c] = constant[i] + ofDy[i] * meanDy[c] - ofX[i] * (mean[i] - high[c]);
    const isHeld = isSmall(mean[i]) && isSmall(squares) && isSmall(meanDy[c]) &&
      isSmall(offset[c]) && isSmallOrZero(ofDy[i]) && isSmallOrZero(ofX[i], 1e-36);
    // What dy varies by, and how much of that goes along with x, which dx is without.
    const varied = squares - sums[i] ** 2 / view.m;
    const taken = Math.abs(2 * ofX[i] * products[i]);
    const isKept = varied * 256 >= squares && taken <= varied * Math.abs(ofDy[i]);
    if (!isHeld || !isKept) return false;
  }
  for (const table of map) repeat(table, channels, times);
  for (const block of blocks) {
    const place = placeOf(memory, x, block, view, 0);
    const ofDy = placeOf(memory, dy, block, view, 1);
    const target = placeOf(memory, dx, block, view, 1);
    if (!stays) {
      copyIn(memory, x, block, place);
      copyIn(memory, dy, block, ofDy);
    }
    const run = [place, ofDy, target].flatMap(({ at, stride }) => [at, stride]);
    kernels.inputGradient(...run, block.outer, block.channels, block.inner);
    copyOut(memory, dx, block, target);
  }
  return true;
}
