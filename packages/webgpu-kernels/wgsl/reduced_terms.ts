/**
 * What a reduction sums. A lane sums short runs of packs plainly and adds each to what it has so far
 * without loss, so that no error grows with the tensor. Each of the two says what a lane holds, around
 * what the next run is summed, which two terms a pack adds, and what a run adds to the lane.
 */
import { mergedMomentsWgsl, mergedSumsWgsl, momentsWgsl, scaleWgsl, sumsWgsl } from "./moments.ts";

/** How the values of a lane stand: all in one channel, or a pack across neighbouring channels. */
export type LaneKind = "planes" | "rows";

/** Packs at which a lane looks at most for a value other than 0, to know its magnitude; and its runs. */
const runsWgsl = /* wgsl */ `
const LOOKS = 16u;
// Packs that a lane sums plainly at most.
const LONGEST_RUN = 24u;
`;

/** What a lane holds of a pack, a `Value`: one number for all of it, or a number each. */
const laneValues = {
  planes: /* wgsl */ `
alias Value = f32;
alias Lane = Partial;
const VALUES = WIDTH;
fn gathered(pack: Pack) -> Value { return total(pack); }
fn largest(pack: Pack) -> Value { return most(pack); }
alias ValueBits = u32;
`,
  rows: /* wgsl */ `
alias Value = Pack;
const VALUES = 1u;
fn gathered(pack: Pack) -> Value { return pack; }
fn largest(pack: Pack) -> Value { return pack; }
alias ValueBits = Bits;
`,
} as const;

/**
 * Moments. A run is summed around the mean of what the lane has seen, from its first pack on: no value
 * far outside stays a centre, wherever it stands.
 */
export function momentTermsWgsl(kind: LaneKind): string {
  const twoSum = kind === "planes" ? "merge_two_sum" : "merge_lanes_two_sum";
  const difference = kind === "planes" ? "merge_difference" : "merge_lanes_difference";
  const lanes = kind === "planes" ? "" : momentsWgsl("Lane", "merge_lanes", "Pack") + /* wgsl */ `
fn component_of(lane: Lane, i: u32) -> Partial {
  return Partial(
    lane.count,
    component(lane.scale, i),
    component(lane.mean, i),
    component(lane.mean_rest, i),
    component(lane.squares, i),
    component(lane.squares_rest, i),
  );
}
`;
  return runsWgsl + laneValues[kind] + mergedMomentsWgsl + lanes + scaleWgsl + /* wgsl */ `
@group(1) @binding(0) var<storage, read> x: array<Stored>;

struct Around { scale: Value, scaled: Value }

// Short at first, so that a value far outside is soon one of many.
const FIRST_RUN = 1u;

fn around_channel(_channel: u32) -> Around { return Around(); }

fn look_at(look: Value, i: u32) -> Value { return max(look, largest(abs(Pack(x[i])))); }

fn open_lane(first: u32, look: Value) -> Lane {
  let mean = gathered(Pack(x[first]) * (1.0 / f32(VALUES)));
  return Lane(0.0, scale_for(look), mean, Value(), Value(), Value());
}

// In few digits where that is near enough: runs of many equal values, as zeros are, then sum exactly
// and round no sum the same way again and again.
fn centre_of(lane: Lane) -> Value {
  let short = bitcast<Value>(bitcast<ValueBits>(lane.mean) & ValueBits(0xfffff000u));
  let off = (lane.mean - short) * lane.scale;
  return select(lane.mean, short, off * off * lane.count < lane.squares);
}

fn open_run(lane: Lane, _channel: Around) -> Around {
  return Around(lane.scale, -centre_of(lane) * lane.scale);
}

fn first_term(i: u32, around: Around) -> Pack {
  return fma(Pack(x[i]), Pack(around.scale), Pack(around.scaled));
}

fn add_second_term(second: Pack, _i: u32, first: Pack, _around: Around) -> Pack {
  return fma(first, first, second);
}

// Chan's formula, in the scale and around the mean of the lane.
fn close_run(lane: Lane, first: Pack, second: Pack, packs: u32) -> Lane {
  let added = f32(packs * VALUES);
  let count = lane.count + added;
  let share = added / count;
  let sum = gathered(first);
  let run_mean = sum / added;
  let behind = ((lane.mean - centre_of(lane)) + lane.mean_rest) * lane.scale;
  let delta = run_mean - behind;
  let squares = ${twoSum}(
    lane.squares,
    (gathered(second) - sum * run_mean) + delta * delta * (lane.count * share),
  );
  let unit = bitcast<Value>(ValueBits(0x7f000000u) - bitcast<ValueBits>(lane.scale));
  let ahead = ${difference}(sum, 1.0, behind, added);
  let moved = ahead / count;
  let moved_rest = ${difference}(ahead, 1.0, moved, count);
  let mean = ${twoSum}(lane.mean, moved * unit);
  let mean_rest = mean.rest + (lane.mean_rest + moved_rest / count * unit);
  let squares_rest = lane.squares_rest + squares.rest;
  return Lane(count, lane.scale, mean.sum, mean_rest, squares.sum, squares_rest);
}

// Where a lane found no magnitude it has one now, or is all 0.
fn close_lane(lane: Lane) -> Lane {
  let found = select(lane.scale, scale_for_square(lane.squares), lane.scale == Value(NONE_FOUND));
  let rescale = select(Value(1.0), found * (1.0 / NONE_FOUND), lane.scale == Value(NONE_FOUND));
  let squares = (lane.squares + lane.squares_rest) * rescale * rescale;
  return Lane(lane.count, found, lane.mean, lane.mean_rest, squares, Value());
}
`;
}

/** Gradients: `Σdy` and `Σdy·(x − mean)`. */
export function gradientTermsWgsl(kind: LaneKind): string {
  const lanes = kind === "planes"
    ? /* wgsl */ `
fn merge_lanes(a: Lane, b: Lane) -> Lane { return merge(a, b); }
`
    : sumsWgsl("Lane", "merge_lanes", "Pack") + /* wgsl */ `
fn component_of(lane: Lane, i: u32) -> Partial {
  return Partial(
    component(lane.first, i),
    component(lane.first_rest, i),
    component(lane.second, i),
    component(lane.second_rest, i),
  );
}
`;
  return runsWgsl + laneValues[kind] + mergedSumsWgsl + lanes + /* wgsl */ `
@group(1) @binding(0) var<storage, read> x: array<Stored>;
@group(1) @binding(1) var<storage, read> dy: array<Stored>;

struct Around { mean: Pack }

const FIRST_RUN = LONGEST_RUN;

fn around_channel(channel: u32) -> Around { return Around(mean_of(channel)); }

fn look_at(_look: Value, _i: u32) -> Value { return Value(1.0); }

fn open_lane(_first: u32, _look: Value) -> Lane { return Lane(); }

fn open_run(_lane: Lane, channel: Around) -> Around { return channel; }

fn first_term(i: u32, _around: Around) -> Pack { return Pack(dy[i]); }

fn add_second_term(second: Pack, i: u32, first: Pack, around: Around) -> Pack {
  return fma(first, Pack(x[i]) - around.mean, second);
}

fn close_run(lane: Lane, first: Pack, second: Pack, _packs: u32) -> Lane {
  return merge_lanes(lane, Lane(gathered(first), Value(), gathered(second), Value()));
}

fn close_lane(lane: Lane) -> Lane { return lane; }
`;
}
