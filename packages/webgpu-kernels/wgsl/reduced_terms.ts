/**
 * What a reduction sums. A lane sums short runs of packs plainly and adds each to what it has so
 * far without loss, so that no error grows with the tensor. Each of the two says what a lane holds,
 * around what the next run is summed, which two terms a pack adds, and what a run adds to the lane.
 */
import { momentsWgsl, packs, sumsWgsl, values } from "./moments.ts";

/** How the values of a lane stand: all in one channel, or a pack across neighbouring channels. */
export type LaneKind = "planes" | "rows";

/**
 * Packs at which a lane looks at most for a value other than 0, to know its magnitude; and packs
 * that it sums plainly at most.
 */
const runsWgsl = /* wgsl */ `
const LOOKS = 16u;
const LONGEST_RUN = 24u;
`;

/** What a lane holds of a pack, a `Value`: one number for all of it, or a number each. */
export const laneValuesWgsl = {
  planes: runsWgsl + /* wgsl */ `
alias Value = f32;
alias ValueBits = u32;
alias Lane = Partial;
const VALUES = WIDTH;
fn gathered(pack: Pack) -> Value { return total(pack); }
fn largest(pack: Pack) -> Value { return most(pack); }
`,
  rows: runsWgsl + /* wgsl */ `
alias Value = Pack;
alias ValueBits = Bits;
const VALUES = 1u;
fn gathered(pack: Pack) -> Value { return pack; }
fn largest(pack: Pack) -> Value { return pack; }
`,
} as const;

/** The mean of a channel as a pack, for the gradient sums: one per plane, WIDTH in a row. */
const meanOf = {
  planes: /* wgsl */ `
fn mean_of(channel: u32) -> Pack { return Pack(table[channel].x); }
`,
  rows: /* wgsl */ `
fn mean_of(channel: u32) -> Pack {
  var rows: array<vec4<f32>, WIDTH>;
  for (var i = 0u; i < WIDTH; i++) { rows[i] = table[channel + i]; }
  return gather(rows, 0u);
}
`,
} as const;

/**
 * Moments. A run is summed around the mean of what the lane has seen, from its first pack on: no
 * value far outside stays a centre, wherever it stands. Runs are short at first, so that a value
 * far outside is soon one of many. A lane that found no magnitude has one when it closes, or is
 * all 0.
 *
 * `centre_of` is that mean in few digits, where that is near enough: runs of equal values, as the
 * zeros of sparse data are, then sum exactly and do not round every sum the same way.
 */
export function momentTermsWgsl(kind: LaneKind): string {
  const { of } = kind === "planes" ? values : packs;
  const lanes = kind === "planes" ? "" : momentsWgsl("Lane", packs) + /* wgsl */ `
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
  return lanes + /* wgsl */ `
struct Around { scale: Value, scaled: Value }

const FIRST_RUN = 1u;

fn around_channel(_channel: u32) -> Around { return Around(); }

fn look_at(look: Value, i: u32) -> Value { return max(look, largest(abs(Pack(x[i])))); }

fn open_lane(first: u32, look: Value) -> Lane {
  let mean = gathered(Pack(x[first]) * (1.0 / f32(VALUES)));
  return Lane(0.0, scale_for(look), mean, Value(), Value(), Value());
}

fn centre_of(lane: Lane) -> Value {
  let short = bitcast<Value>(bitcast<ValueBits>(lane.mean) & ValueBits(HIGH_HALF));
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

fn close_run(lane: Lane, first: Pack, second: Pack, packs: u32) -> Lane {
  let added = f32(packs * VALUES);
  let sum = gathered(first);
  let run_mean = sum / added;
  let delta = ${of}two_sum(run_mean, (centre_of(lane) - lane.mean) * lane.scale);
  let rest = delta.rest + ${of}difference(sum, 1.0, run_mean, added) / added;
  let unit = ${of}inverse(lane.scale);
  let delta_rest = rest * unit - lane.mean_rest;
  return ${of}add(lane, added, delta.sum * unit, delta_rest, gathered(second) - sum * run_mean);
}

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
  const { of } = kind === "planes" ? values : packs;
  const lanes = kind === "planes" ? "" : sumsWgsl("Lane", packs) + /* wgsl */ `
fn component_of(lane: Lane, i: u32) -> Partial {
  return Partial(
    component(lane.first, i),
    component(lane.first_rest, i),
    component(lane.second, i),
    component(lane.second_rest, i),
  );
}
`;
  return lanes + meanOf[kind] + /* wgsl */ `
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
  return ${of}merge(lane, Lane(gathered(first), Value(), gathered(second), Value()));
}

fn close_lane(lane: Lane) -> Lane { return lane; }
`;
}
