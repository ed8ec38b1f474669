/** The two loops of a backward over a group of channels. */
import type { ChannelView, GradientMap, GradientSums } from "@renorm/core-math/loops";
import { callRows, copyIn, copyOut, placeOf, repeat, rowsInOne, total } from "./blocks.ts";
import { isSmall, isSmallOrZero } from "./float32_range.ts";
import type { Group } from "./groups.ts";
import type { KernelMemory } from "./kernel_memory.ts";

/** Writes `Σdy` and `Σdy·(x − mean)` of a group; `Σdy²` stays in the table of the constants. */
export function groupGradientSums(
  memory: KernelMemory,
  dy: Float32Array,
  x: Float32Array,
  view: ChannelView,
  { from, to, blocks }: Group,
  mean: Float64Array,
  { sums, products }: GradientSums,
): void {
  const { kernels, tables: { centre, sum, product, constant: squares } } = memory;
  const [channels, times] = [to - from, rowsInOne(view)];
  centre.set(mean.subarray(from, to));
  repeat(centre, channels, times);
  for (const table of [sum, product, squares]) table.fill(0, 0, channels * times);
  for (const block of blocks) {
    const place = placeOf(memory, x, block, view, 0);
    const ofDy = placeOf(memory, dy, block, view, 1);
    copyIn(memory, x, block, place);
    copyIn(memory, dy, block, ofDy);
    if (view.inner > 1) {
      const { outer, channels, inner } = block;
      const { at, stride } = place;
      kernels.planeGradientSums(at, stride, ofDy.at, ofDy.stride, outer, channels, inner);
    } else {
      callRows(block, times, (offset, ...size) => {
        kernels.rowGradientSums(place.at + offset, ofDy.at + offset, ...size);
      });
    }
  }
  for (let c = 0; c < channels; c++) {
    sums[from + c] = total(sum, c, channels, times);
    products[from + c] = total(product, c, channels, times);
    squares[c] = total(squares, c, channels, times);
  }
}

/**
 * Writes `dx = ofDy·dy + ofX·(x − mean) + constant` of a group in float32, right after its sums, with
 * the means of dy and x taken off first. False where float32 would lose too much, and nothing is
 * written: where it cannot hold the map, or where the terms cancel.
 */
export function groupInputGradient(
  memory: KernelMemory,
  dy: Float32Array,
  x: Float32Array,
  view: ChannelView,
  { from, to, blocks }: Group,
  { sums, products }: GradientSums,
  { mean, ofX, ofDy, constant }: GradientMap,
  dx: Float32Array,
): boolean {
  const { kernels, tables } = memory;
  const [channels, times] = [to - from, rowsInOne(view)];
  for (let c = 0; c < channels; c++) {
    const i = from + c;
    const squares = tables.constant[c];
    tables.high[c] = mean[i];
    tables.ofX[c] = ofX[i];
    tables.meanDy[c] = sums[i] / view.m;
    tables.ofDy[c] = ofDy[i];
    const offset = constant[i] + ofDy[i] * tables.meanDy[c] - ofX[i] * (mean[i] - tables.high[c]);
    tables.constant[c] = offset;
    const isHeld = isSmall(mean[i]) && isSmall(squares) && isSmall(tables.meanDy[c]) &&
      isSmall(offset) && isSmallOrZero(ofDy[i]) && isSmallOrZero(ofX[i], 1e-36);
    // What dy varies by, and how much of that goes along with x, which dx is without.
    const varied = squares - sums[i] ** 2 / view.m;
    const taken = Math.abs(2 * ofX[i] * products[i]);
    const isKept = varied * 256 >= squares && taken <= varied * Math.abs(ofDy[i]);
    if (!isHeld || !isKept) return false;
  }
  for (const table of [tables.high, tables.ofX, tables.meanDy, tables.ofDy, tables.constant]) {
    repeat(table, channels, times);
  }
  for (const block of blocks) {
    const place = placeOf(memory, x, block, view, 0);
    const ofDy = placeOf(memory, dy, block, view, 1);
    const target = placeOf(memory, dx, block, view, 1);
    if (blocks.length > 1) {
      copyIn(memory, x, block, place);
      copyIn(memory, dy, block, ofDy);
    }
    if (view.inner > 1) {
      const { outer, channels, inner } = block;
      const run = [place.at, place.stride, ofDy.at, ofDy.stride, target.at, target.stride];
      kernels.planeInputGradient(...run, outer, channels, inner);
    } else {
      callRows(block, times, (offset, ...size) => {
        const run = [place.at + offset, ofDy.at + offset, target.at + offset];
        kernels.rowInputGradient(...run, ...size);
      });
    }
    copyOut(memory, dx, block, target);
  }
  return true;
}
