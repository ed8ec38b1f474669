/** The two loops of a forward over a group of channels. */
import type { ChannelMap, ChannelMoments } from "@renorm/core-math/loops";
import { copyIn, copyOut, placeOf, setLanes, total } from "./blocks.ts";
import { isSmall, isSmallOrZero } from "./float32_range.ts";
import type { Group } from "./groups.ts";
import type { Plan } from "./plan.ts";

/**
 * Writes mean and biased variance of a group: the sum in float64, the squares in float32 around the
 * mean of four values. False where that is not near enough or float32 cannot hold the squares.
 *
 * @param isExact Whether to sum all in float64, shifted by a channel's first value as in core-math.
 */
export function groupMoments(
  { memory, view }: Plan,
  x: Float32Array,
  group: Group,
  { mean, variance }: ChannelMoments,
  isExact: boolean,
): boolean {
  const { kernels, sums: [sum, squares, exactCentre], map: [centre] } = memory;
  const { outer, channels, inner, m } = view;
  const { from, to, times } = group;
  for (let c = 0; c < to - from; c++) {
    let near = x[(from + c) * inner];
    for (let k = 1; k < 4 && !isExact; k++) {
      const plane = (k * outer >> 2) * channels + from + c;
      near += (x[plane * inner + (k * inner >> 2)] - near) / (k + 1);
    }
    setLanes(centre, group, c, near);
    if (isExact) setLanes(exactCentre, group, c, near);
  }
  for (const table of [sum, squares]) table.fill(0, 0, (to - from) * times);
  for (const block of group.blocks) {
    const place = placeOf(memory, x, block);
    copyIn(memory, x, block, place, centre);
    if (isExact) kernels.exactSums(...place, ...place, ...block.counts, -1);
    else kernels.moments(...place, ...block.counts);
  }
  const all = m + group.blocks.at(-1)!.missing / channels;
  let isEnough = true;
  for (let c = 0; c < to - from; c++) {
    const near = centre[c * group.lanes];
    const q = total(squares, group, c);
    // The mean from its centre on, in which what the last row misses lies.
    const s = (total(sum, group, c) - (isExact ? 0 : near * all)) / m;
    const centred = q / m - s * s;
    variance[from + c] = centred < 0 ? 0 : centred;
    mean[from + c] = near + s;
    isEnough &&= isSmallOrZero(q) && 1.25 * s * s * m <= q;
  }
  return isExact || isEnough;
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
