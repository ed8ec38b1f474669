/** The two loops of a forward over a group of channels. */
import type { ChannelMap, ChannelMoments } from "@renorm/core-math/loops";
import { copyIn, copyOut, placeOf, setLanes, total } from "./blocks.ts";
import { isSmall, isSmallOrZero } from "./float32_range.ts";
import type { Group } from "./groups.ts";
import type { Plan } from "./plan.ts";

/**
 * Writes mean and biased variance of a group, from sums that are shifted by the mean of four values,
 * or in float64 by a channel's first one, as in core-math.
 *
 * @param largest The largest `|Σx|` of the groups before; null for sums in float64.
 * @returns The largest with this group's; null where float32 is not enough, and float64 is needed.
 */
export function groupMoments(
  { memory, view }: Plan,
  x: Float32Array,
  group: Group,
  { mean, variance }: ChannelMoments,
  largest: number | null,
): number | null {
  const { kernels, sums: [sum, squares, exactCentre], map: [centre] } = memory;
  const { outer, channels, inner, m } = view;
  const { from, to, times } = group;
  for (let c = 0; c < to - from; c++) {
    let near = x[(from + c) * inner];
    for (let k = 1; k < 4 && largest !== null; k++) {
      const plane = (k * outer >> 2) * channels + from + c;
      near += (x[plane * inner + (k * inner >> 2)] - near) / (k + 1);
    }
    setLanes(centre, group, c, near);
    if (largest === null) setLanes(exactCentre, group, c, near);
  }
  for (const table of [sum, squares]) table.fill(0, 0, (to - from) * times);
  for (const block of group.blocks) {
    const place = placeOf(memory, x, block);
    copyIn(memory, x, block, place, centre);
    if (largest !== null) kernels.moments(...place, ...block.counts);
    else kernels.exactSums(...place, ...place, ...block.counts, -1);
  }
  let isEnough = true;
  let most = largest ?? 0;
  for (let c = 0; c < to - from; c++) {
    const [s, q] = [total(sum, group, c), total(squares, group, c)];
    const middle = centre[c * group.lanes];
    const centred = (q - s / m * s) / m;
    variance[from + c] = centred < 0 ? 0 : centred;
    mean[from + c] = middle + s / m;
    most = Math.max(most, Math.abs(s + middle * m));
    // Squares that float32 holds, around a centre near the mean.
    isEnough &&= isSmallOrZero(q) && 1.25 * s * s <= q * m;
  }
  if (largest === null) return most;
  // The rounding of a mean is that of its sampling error: less than that of the largest mean.
  for (let c = 0; c < to - from; c++) isEnough &&= total(squares, group, c) <= most * most;
  return isEnough ? most : null;
}

/**
 * Writes `y = (x − mean)·scale + shift` of a group in float32, with the mean in two parts; false
 * where float32 cannot hold the map, and nothing is written.
 *
 * @param isThere Whether the group's moments have left its blocks in their places, if they stay.
 */
export function normalizeGroup(
  { memory }: Plan,
  x: Float32Array,
  group: Group,
  { mean, scale, shift }: ChannelMap,
  y: Float32Array,
  isThere: boolean,
): boolean {
  const { kernels, map: [high, ofX, constant] } = memory;
  const { from, to, stays } = group;
  for (let i = from; i < to; i++) {
    const middle = Math.fround(mean[i]);
    const offset = shift[i] - (mean[i] - middle) * scale[i];
    if (!isSmall(middle) || !isSmall(offset) || !isSmallOrZero(scale[i])) return false;
    setLanes(high, group, i - from, middle);
    setLanes(ofX, group, i - from, scale[i]);
    setLanes(constant, group, i - from, offset);
  }
  for (const block of group.blocks) {
    const place = placeOf(memory, x, block);
    const target = placeOf(memory, y, block);
    if (!isThere || !stays) copyIn(memory, x, block, place);
    kernels.normalize(...place, ...target, ...block.counts);
    copyOut(memory, y, block, target);
  }
  return true;
}
