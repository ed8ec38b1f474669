/** The two loops of a forward over a group of channels. */
import type { ChannelMap, ChannelMoments, ChannelView } from "@renorm/core-math/loops";
import { callRows, copyIn, copyOut, placeOf, repeat, rowsInOne, total } from "./blocks.ts";
import { isSmall, isSmallOrZero } from "./float32_range.ts";
import type { Group } from "./groups.ts";
import type { KernelMemory } from "./kernel_memory.ts";

/** Writes mean and biased variance of a group: shifted sums in float64, as in core-math. */
export function groupMoments(
  memory: KernelMemory,
  x: Float32Array,
  view: ChannelView,
  { from, to, blocks }: Group,
  { mean, variance }: ChannelMoments,
): void {
  const { kernels, tables: { centre, sum, product: squares } } = memory;
  const [channels, times] = [to - from, rowsInOne(view)];
  for (let c = 0; c < channels; c++) centre[c] = x[(from + c) * view.inner];
  repeat(centre, channels, times);
  for (const table of [sum, squares]) table.fill(0, 0, channels * times);
  for (const block of blocks) {
    const place = placeOf(memory, x, block, view);
    const { at, stride } = place;
    copyIn(memory, x, block, place);
    if (view.inner > 1) {
      kernels.planeMoments(at, stride, block.outer, block.channels, block.inner);
    } else {
      callRows(block, times, (offset, ...size) => kernels.rowMoments(at + offset, ...size));
    }
  }
  for (let c = 0; c < channels; c++) {
    const s = total(sum, c, channels, times);
    const centred = (total(squares, c, channels, times) - s / view.m * s) / view.m;
    variance[from + c] = centred < 0 ? 0 : centred;
    mean[from + c] = centre[c] + s / view.m;
  }
}

/**
 * Writes `y = (x − mean)·scale + shift` of a group in float32, with the mean in two parts; false where
 * float32 cannot hold the map, and nothing is written.
 *
 * @param isThere Whether the group's moments have left its one block in its place.
 */
export function normalizeGroup(
  memory: KernelMemory,
  x: Float32Array,
  view: ChannelView,
  { from, to, blocks }: Group,
  { mean, scale, shift }: ChannelMap,
  y: Float32Array,
  isThere: boolean,
): boolean {
  const { kernels, tables: { high, ofX, constant } } = memory;
  const [channels, times] = [to - from, rowsInOne(view)];
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
    if (!isThere || blocks.length > 1) copyIn(memory, x, block, place);
    if (view.inner > 1) {
      const { outer, channels, inner } = block;
      const { at, stride } = place;
      kernels.planeNormalize(at, stride, target.at, target.stride, outer, channels, inner);
    } else {
      callRows(block, times, (offset, ...size) => {
        kernels.rowNormalize(place.at + offset, target.at + offset, ...size);
      });
    }
    copyOut(memory, y, block, target);
  }
  return true;
}
