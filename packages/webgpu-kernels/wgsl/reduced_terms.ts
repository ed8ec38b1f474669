/**
 * What a reduction sums. A lane sums short runs of packs plainly and merges each into what it has so
 * far, so that no error grows with the tensor. Each of the two says what a lane holds, around what the
 * next run is summed, which two terms a pack adds, and what a piece leaves for the merge.
 */
import {
  exactnessWgsl,
  mergedMomentsWgsl,
  mergedSumsWgsl,
  momentsWgsl,
  sumsWgsl,
} from "./moments.ts";

/** How many packs a lane sums plainly at most. */
const longestRunWgsl = /* wgsl */ `
const LONGEST_RUN = 64u;
`;

/** The components of a pack that all belong to one channel, merged. */
const wholePackWgsl = /* wgsl */ `
fn whole_pack(lane: Lane) -> Partial {
  var all = component_of(lane, 0u);
  for (var i = 1u; i < WIDTH; i++) { all = merge(all, component_of(lane, i)); }
  return all;
}
`;

/**
 * Moments. A run is summed around the mean of what the lane has seen, from its first value on: no value
 * far outside stays a centre, wherever it stands.
 */
export const momentTermsWgsl: string = exactnessWgsl + mergedMomentsWgsl +
  momentsWgsl("Lane", "merge_lanes", "Pack") + longestRunWgsl + /* wgsl */ `
@group(1) @binding(0) var<storage, read> x: array<Stored>;

struct Around { scale: Pack, scaled: Pack }

fn around_channel(_channel: u32) -> Around { return Around(); }

fn open_lane(first: u32, middle: u32, last: u32) -> Lane {
  let look = max(max(abs(Pack(x[first])), abs(Pack(x[middle]))), abs(Pack(x[last])));
  return Lane(0.0, scale_for(look), Pack(x[first]), Pack(), Pack());
}

fn open_run(lane: Lane, _channel: Around) -> Around { return Around(lane.scale, -lane.mean * lane.scale); }

fn first_term(i: u32, around: Around) -> Pack {
  return fma(Pack(x[i]), around.scale, around.scaled);
}

fn add_second_term(second: Pack, _i: u32, first: Pack, _around: Around) -> Pack {
  return fma(first, first, second);
}

fn close_run(lane: Lane, _around: Around, first: Pack, second: Pack, packs: u32) -> Lane {
  let count = lane.count + f32(packs);
  let one = 1.0 / f32(packs);
  let share = f32(packs) / count;
  let run_mean = first * one;
  let between = run_mean - lane.rest * lane.scale;
  let squares = (lane.squares + (second - first * run_mean)) +
    between * between * (lane.count * share);
  let unit = bitcast<Pack>(Bits(0x7f000000u) - bitcast<Bits>(lane.scale));
  let mean = merge_lanes_two_sum(lane.mean, lane.rest + between * share * unit);
  return Lane(count, lane.scale, mean.sum, mean.rest, squares);
}

fn component_of(lane: Lane, i: u32) -> Partial {
  let squares = component(lane.squares, i);
  return Partial(
    lane.count,
    component(lane.scale, i),
    component(lane.mean, i),
    component(lane.rest, i),
    squares,
  );
}
` + wholePackWgsl;

/** Gradients: `Σdy` and `Σdy·(x − mean)·power`, where power is the power of two below 1/std. */
export const gradientTermsWgsl: string = mergedSumsWgsl +
  sumsWgsl("Lane", "merge_lanes", "Pack") + longestRunWgsl + /* wgsl */ `
@group(1) @binding(0) var<storage, read> x: array<Stored>;
@group(1) @binding(1) var<storage, read> dy: array<Stored>;

struct Around { power: Pack, scaled: Pack }

fn around_channel(channel: u32) -> Around {
  let power = power_below(inv_std_of(channel));
  return Around(power, -mean_of(channel) * power);
}

fn open_lane(_first: u32, _middle: u32, _last: u32) -> Lane { return Lane(); }

fn open_run(_lane: Lane, channel: Around) -> Around { return channel; }

fn first_term(i: u32, _around: Around) -> Pack { return Pack(dy[i]); }

fn add_second_term(second: Pack, i: u32, first: Pack, around: Around) -> Pack {
  return fma(first, fma(Pack(x[i]), around.power, around.scaled), second);
}

fn close_run(lane: Lane, _around: Around, first: Pack, second: Pack, _packs: u32) -> Lane {
  return merge_lanes(lane, Lane(first, Pack(), second, Pack()));
}

fn component_of(lane: Lane, i: u32) -> Partial {
  return Partial(
    component(lane.first, i),
    component(lane.first_rest, i),
    component(lane.second, i),
    component(lane.second_rest, i),
  );
}
` + wholePackWgsl;
