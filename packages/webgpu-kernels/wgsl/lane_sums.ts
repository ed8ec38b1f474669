/**
 * What a lane sums: short runs of packs plainly, and each added to what it has so far without loss.
 */
import { type Arithmetic, exact, packs, sums, values } from "./moments.ts";

/** How the values of a lane stand: all in one channel, or a pack across neighbouring channels. */
export type LaneKind = "planes" | "rows";

/** Packs that a lane sums plainly at most. */
const runWgsl = /* wgsl */ `
const RUN = 16u;
`;

/**
 * What a lane holds: the sums of all values of its packs, or of each channel of a pack. `add_run`
 * adds what rounding left over before to what comes (Kahan).
 */
export const lanesWgsl = {
  planes: runWgsl + /* wgsl */ `
alias Lane = Sums;
fn gathered(pack: Pack) -> f32 { return total(pack); }
` + addRun(values),
  rows: runWgsl + exact(packs) + sums("Lane", packs) + /* wgsl */ `
fn gathered(pack: Pack) -> Pack { return pack; }
fn component_of(lane: Lane, i: u32) -> Sums {
  return Sums(
    component(lane.first, i),
    component(lane.first_rest, i),
    component(lane.second, i),
    component(lane.second_rest, i),
  );
}
` + addRun(packs),
} as const;

function addRun({ of }: Arithmetic): string {
  return /* wgsl */ `
fn add_run(lane: Lane, first: Pack, second: Pack) -> Lane {
  let first_added = gathered(first) + lane.first_rest;
  let second_added = gathered(second) + lane.second_rest;
  let first_sum = ${of}opaque(lane.first + first_added);
  let second_sum = ${of}opaque(lane.second + second_added);
  return Lane(
    first_sum,
    first_added - (first_sum - lane.first),
    second_sum,
    second_added - (second_sum - lane.second),
  );
}
`;
}
