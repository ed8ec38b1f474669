/** The two loops of a backward over a group of channels. */
import type { ChannelView, GradientMap, GradientSums } from "@renorm/core-math/loops";
import { callRows, copyIn, copyOut, placeOf, repeat, rowsInOne, total } from "./blocks.ts";
import { isSmall, isSmallOrZero } from "./float32_range.ts";
import type { Group } from "./groups.ts";
import type { KernelMemory } from "./kernel_memory.ts";

/** Writes `Σdy` and `Σdy·(x − mean)` of a group; `Σdy²` stays in the last table. */
export function groupGradientSums(
  memory: KernelMemory,
  dy: Float32Array,
  x: Float32Array,
  view: ChannelView,
  { from, to, blocks }: Group,
  mean: Float64Array,
  { sums: sumsOfDy, products }: GradientSums,
): void {
  const { kernels, sums: [centre, sum, product], map: [, , , , squares] } = memory;
  const [channels, times] = [to - from, rowsInOne(view)];
  centre.values.set(mean.subarray(from, to));
  repeat(centre.values, channels, times);
  for (const { values } of [sum, product, squares]) values.fill(0, 0, channels * times);
  const tables = [centre.at, sum.at, product.at, squares.at];
  for (const block of blocks) {
    const place = placeOf(memory, x, block, view, 0);
    const gradient = placeOf(memory, dy, block, view, 1);
    copyIn(memory, x, block, place);
    copyIn(memory, dy, block, gradient);
    if (view.inner > 1) {
      const { outer, channels, inner } = block;
      const run = [place.at, place.stride, gradient.at, gradient.stride];
      kernels.planeGradientSums(...run, outer, channels, inner, ...tables);
    } else {
      callRows(block, times, (offset, rows, width) => {
        kernels.rowGradientSums(place.at + offset, gradient.at + offset, rows, width, ...tables);
      });
    }
  }
  for (let c = 0; c < channels; c++) {
    sumsOfDy[from + c] = total(sum.values, c, channels, times);
    products[from + c] = total(product.values, c, channels, times);
    squares.values[c] = total(squares.values, c, channels, times);
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
  const { kernels, map } = memory;
  const [high, factor, meanDy, factorDy, offset] = map;
  const [channels, times] = [to - from, rowsInOne(view)];
  for (let c = 0; c < channels; c++) {
    const i = from + c;
    const squares = offset.values[c];
    high.values[c] = mean[i];
    factor.values[c] = ofX[i];
    meanDy.values[c] = sums[i] / view.m;
    factorDy.values[c] = ofDy[i];
    const rest = constant[i] + ofDy[i] * meanDy.values[c] - ofX[i] * (mean[i] - high.values[c]);
    offset.values[c] = rest;
    const isHeld = [mean[i], meanDy.values[c], rest, squares].every(isSmall) &&
      isSmallOrZero(ofDy[i]) &&
      isSmallOrZero(ofX[i], 1e-36);
    // What dy varies by, and how much of that goes into dx.
    const varied = squares - sums[i] ** 2 / view.m;
    const taken = Math.abs(2 * ofX[i] * products[i]);
    if (!isHeld || !(varied * 256 >= squares) || !(taken <= varied * Math.abs(ofDy[i]))) {
      return false;
    }
  }
  for (const { values } of map) repeat(values, channels, times);
  const tables = map.map(({ at }) => at);
  for (const block of blocks) {
    const place = placeOf(memory, x, block, view, 0);
    const [gradient, target] = [dy, dx].map((tensor) => placeOf(memory, tensor, block, view, 1));
    if (blocks.length > 1) {
      copyIn(memory, x, block, place);
      copyIn(memory, dy, block, gradient);
    }
    if (view.inner > 1) {
      const { outer, channels, inner } = block;
      const run = [place.at, place.stride, gradient.at, gradient.stride, target.at, target.stride];
      kernels.planeInputGradient(...run, outer, channels, inner, ...tables);
    } else {
      callRows(block, times, (offset, rows, width) => {
        const run = [place, gradient, target].map(({ at }) => at + offset);
        kernels.rowInputGradient(...run, rows, width, ...tables);
      });
    }
    copyOut(memory, dx, block, target);
  }
  return true;
}
