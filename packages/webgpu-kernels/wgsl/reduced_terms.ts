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
const LONGEST_RUN = 8u;
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

struct Around { mean: Pack, scale: Pack, factor: Pack }

fn open_lane(first: u32) -> Lane {
  return Lane(0.0, Pack(UNSEEN), Pack(x[first]), Pack(), Pack());
}

fn around_channel(_channel: u32) -> Around { return Around(); }

fn open_run(lane: Lane, _channel: Around, first: u32) -> Around {
  let scale = min(lane.scale, scale_for(max(abs(lane.mean), abs(Pack(x[first])))));
  return Around(lane.mean, scale, select(scale, Pack(1.0), scale == Pack(UNSEEN)));
}

fn first_term(i: u32, around: Around) -> Pack { return Pack(x[i]) - around.mean; }

fn second_term(_i: u32, first: Pack, around: Around) -> Pack {
  let scaled = first * around.factor;
  return scaled * scaled;
}

fn close_run(lane: Lane, around: Around, first: Pack, second: Pack, packs: u32) -> Lane {
  let count = f32(packs);
  let mean = first / count;
  let squares = second - (first * around.factor) * (mean * around.factor);
  // The first values other than 0 tell their scale only now.
  let late = select(around.factor, scale_for_square(second), around.scale == Pack(UNSEEN));
  let rescale = select(Pack(1.0), late, around.scale == Pack(UNSEEN));
  return merge_lanes(lane, Lane(count, late, around.mean, mean, squares * rescale * rescale));
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

struct Around { mean: Pack, power: Pack }

fn around_channel(channel: u32) -> Around {
  return Around(mean_of(channel), power_of_two(inv_std_of(channel)));
}

fn open_lane(_first: u32) -> Lane { return Lane(); }

fn open_run(_lane: Lane, channel: Around, _first: u32) -> Around { return channel; }

fn first_term(i: u32, _around: Around) -> Pack { return Pack(dy[i]); }

fn second_term(i: u32, first: Pack, around: Around) -> Pack {
  return first * ((Pack(x[i]) - around.mean) * around.power);
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
