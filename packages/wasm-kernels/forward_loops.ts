/** The two loops of a forward over a group of channels. */
import type { ChannelMap, ChannelMoments } from "@renorm/core-math/loops";
import { copyIn, copyOut, placeOf, repeat, total } from "./blocks.ts";
import { isSmall, isSmallOrZero } from "./float32_range.ts";
import type { Group } from "./groups.ts";
import type { Plan } from "./plan.ts";

/** Writes mean and biased variance of a group: shifted sums in float64, as in core-math. */
export function groupMoments(
  { memory, view }: Plan,
  x: Float32Array,
  { from, to, times, blocks }: Group,
  { mean, variance }: ChannelMoments,
): void {
  const { kernels, sums: [centre, sum, squares] } = memory;
  const channels = to - from;
  for (let c = 0; c < channels; c++) centre[c] = x[(from + c) * view.inner];
  repeat(centre, channels, times);
  for (const table of [sum, squares]) table.fill(0, 0, channels * times);
  for (const block of blocks) {
    const place = placeOf(memory, x, block, view);
    copyIn(memory, x, block, place);
    kernels.moments(place.at, place.stride, block.outer, block.channels, block.inner);
  }
  for (let c = 0; c < channels; c++) {
    const s = total(sum, c, channels, times);
    const centred = (total(squares, c, channels, times) - s / view.m * s) / view.m;
    variance[from + c] = centred < 0 ? 0 : centred;
    mean[from + c] = centre[c] + s / view.m;
  }
}

/**
 * Writes `y = (x − mean)·scale + shift` of a group in float32, with the mean in two parts; false
 * where float32 cannot hold the map, and nothing is written.
 *
 * @param isThere Whether the group's moments have left its blocks in their places, if they stay.
 */
export function normalizeGroup(
  { memory, view }: Plan,
  x: Float32Array,
  { from, to, times, stays, blocks }: Group,
  { mean, scale, shift }: ChannelMap,
  y: Float32Array,
  isThere: boolean,
): boolean {
  const { kernels, map: [high, ofX, constant] } = memory;
  const channels = to - from;
  for (let c = 0; c < channels; c++) {
    const i = from + c;
    high[c] = mean[i];
    const offset = shift[i] - (mean[i] - high[c]) * scale[i];
    if (!isSmall(mean[i]) || !isSmall(offset) || !isSmallOrZero(scale[i])) return false;
    ofX[c] = scale[i];
    constant[c] = offset;
  }
  for (const table of [high, ofX, constant]) repeat(table, channels, times);
  for (const block of blocks) {
    const place = placeOf(memory, x, block, view);
    const target = placeOf(memory, y, block, view);
    if (!isThere || !stays) copyIn(memory, x, block, place);
    const { outer, channels, inner } = block;
    kernels.normalize(place.at, place.stride, target.at, target.stride, outer, channels, inner);
    copyOut(memory, y, block, target);
  }
  return true;
}
