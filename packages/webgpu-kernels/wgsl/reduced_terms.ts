/**
 * What a reduction sums. A lane sums short runs of packs plainly and adds each to what it has so far
 * without loss, so that no error grows with the tensor. Each of the two says what a lane holds, around
 * what the next run is summed, which two terms a pack adds, and what a run adds to the lane.
 */
import { mergedMomentsWgsl, mergedSumsWgsl, momentsWgsl, scaleWgsl, sumsWgsl } from "./moments.ts";

/** How the values of a lane stand: all in one channel, or a pack across neighbouring channels. */
export type LaneKind = "planes" | "rows";

/** Packs of its own at which a lane looks for a value other than 0, to know its magnitude. */
const looksWgsl = /* wgsl */ `
const LOOKS = 16u;
`;

/** What a lane holds of a pack, a `Value`: one number for all of it, or a number each. */
const laneValues = {
  planes: /* wgsl */ `
alias Value = f32;
alias Lane = Partial;
const LONGEST_RUN = 16u;
const VALUES = WIDTH;
fn gathered(pack: Pack) -> Value { return total(pack); }
fn largest(pack: Pack) -> Value { return most(pack); }
alias ValueBits = u32;
`,
  rows: /* wgsl */ `
alias Value = Pack;
const LONGEST_RUN = 32u;
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
  const lanes = kind === "planes" ? "" : momentsWgsl("Lane", "merge_lanes", "Pack") + /* wgsl */ `
fn component_of(lane: Lane, i: u32) -> Partial {
  return Partial(
    lane.count,
    component(lane.scale, i),
    component(lane.mean, i),
    component(lane.rest, i),
    component(lane.squares, i),
  );
}
`;
  return looksWgsl + laneValues[kind] + mergedMomentsWgsl + lanes + scaleWgsl + /* wgsl */ `
@group(1) @binding(0) var<storage, read> x: array<Stored>;

struct Around { scale: Value, scaled: Value }

fn around_channel(_channel: u32) -> Around { return Around(); }

fn look_at(look: Value, i: u32) -> Value { return max(look, largest(abs(Pack(x[i])))); }

fn open_lane(first: u32, look: Value) -> Lane {
  let mean = gathered(Pack(x[first]) * (1.0 / f32(VALUES)));
  return Lane(0.0, scale_for(look), mean, Value(), Value());
}

fn open_run(lane: Lane, _channel: Around) -> Around {
  return Around(lane.scale, -lane.mean * lane.scale);
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
  let delta = run_mean - lane.rest * lane.scale;
  let squares = (lane.squares + (gathered(second) - sum * run_mean)) +
    delta * delta * (lane.count * share);
  let unit = bitcast<Value>(ValueBits(0x7f000000u) - bitcast<ValueBits>(lane.scale));
  let mean = ${
    kind === "planes" ? "merge" : "merge_lanes"
  }_two_sum(lane.mean, lane.rest + delta * share * unit);
  return Lane(count, lane.scale, mean.sum, mean.rest, squares);
}

// Where a lane found no magnitude it has one now, or is all 0.
fn close_lane(lane: Lane) -> Lane {
  let found = select(lane.scale, scale_for_square(lane.squares), lane.scale == Value(NONE_FOUND));
  let rescale = select(Value(1.0), found * (1.0 / NONE_FOUND), lane.scale == Value(NONE_FOUND));
  return Lane(lane.count, found, lane.mean, lane.rest, lane.squares * rescale * rescale);
}
`;
}

/** Gradients: `Σdy` and `Σdy·(x − mean)·power`, where power is the power of two below 1/std. */
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
  return looksWgsl + laneValues[kind] + mergedSumsWgsl + lanes + /* wgsl */ `
@group(1) @binding(0) var<storage, read> x: array<Stored>;
@group(1) @binding(1) var<storage, read> dy: array<Stored>;

struct Around { power: Pack, scaled: Pack }

fn around_channel(channel: u32) -> Around {
  let power = power_below(inv_std_of(channel));
  return Around(power, -mean_of(channel) * power);
}

fn look_at(_look: Value, _i: u32) -> Value { return Value(1.0); }

fn open_lane(_first: u32, _look: Value) -> Lane { return Lane(); }

fn open_run(_lane: Lane, channel: Around) -> Around { return channel; }

fn first_term(i: u32, _around: Around) -> Pack { return Pack(dy[i]); }

fn add_second_term(second: Pack, i: u32, first: Pack, around: Around) -> Pack {
  return fma(first, fma(Pack(x[i]), around.power, around.scaled), second);
}

fn close_run(lane: Lane, first: Pack, second: Pack, _packs: u32) -> Lane {
  return merge_lanes(lane, Lane(gathered(first), Value(), gathered(second), Value()));
}

fn close_lane(lane: Lane) -> Lane { return lane; }
`;
}
