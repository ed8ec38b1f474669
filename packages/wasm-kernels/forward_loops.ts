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
  const { kernels, sums: [shift, sum, squares] } = memory;
  const [channels, times] = [to - from, rowsInOne(view)];
  for (let c = 0; c < channels; c++) shift.values[c] = x[(from + c) * view.inner];
  repeat(shift.values, channels, times);
  for (const { values } of [sum, squares]) values.fill(0, 0, channels * times);
  for (const block of blocks) {
    const place = placeOf(memory, x, block, view, 0);
    const { at, stride } = place;
    copyIn(memory, x, block, place);
    if (view.inner > 1) {
      const { outer, channels, inner } = block;
      kernels.planeMoments(at, stride, outer, channels, inner, shift.at, sum.at, squares.at);
    } else {
      callRows(block, times, (offset, rows, width) => {
        kernels.rowMoments(at + offset, rows, width, shift.at, sum.at, squares.at);
      });
    }
  }
  for (let c = 0; c < channels; c++) {
    const s = total(sum.values, c, channels, times);
    const centred = (total(squares.values, c, channels, times) - s / view.m * s) / view.m;
    variance[from + c] = centred < 0 ? 0 : centred;
    mean[from + c] = shift.values[c] + s / view.m;
  }
}

/**
 * Writes `y = (x − mean)·scale + shift` of a group in float32, with the mean in two parts; false where
 * float32 cannot hold the map, and nothing is written.
 *
 * @param isThere Whether the group's moments have left its block in place.
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
  const { kernels, map } = memory;
  const [high, factor, constant] = map;
  const [channels, times] = [to - from, rowsInOne(view)];
  for (let c = 0; c < channels; c++) {
    const i = from + c;
    high.values[c] = mean[i];
    const offset = shift[i] - (mean[i] - high.values[c]) * scale[i];
    if (!isSmall(mean[i]) || !isSmallOrZero(scale[i]) || !isSmall(offset)) return false;
    factor.values[c] = scale[i];
    constant.values[c] = offset;
  }
  for (const { values } of [high, factor, constant]) repeat(values, channels, times);
  for (const block of blocks) {
    const [place, target] = [x, y].map((tensor) => placeOf(memory, tensor, block, view, 0));
    if (!isThere || blocks.length > 1) copyIn(memory, x, block, place);
    const [from, to] = [place.at, target.at];
    if (view.inner > 1) {
      const { outer, channels, inner } = block;
      const shape = [place.stride, to, target.stride, outer, channels, inner];
      kernels.planeNormalize(from, ...shape, high.at, factor.at, constant.at);
    } else {
      callRows(block, times, (offset, rows, width) => {
        const run = [from + offset, to + offset, rows, width];
        kernels.rowNormalize(...run, high.at, factor.at, constant.at);
      });
    }
    copyOut(memory, y, block, target);
  }
  return true;
}
