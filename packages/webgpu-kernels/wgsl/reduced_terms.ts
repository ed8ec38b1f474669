/**
 * What a reduction sums: two terms of each pack, around one centre for a whole piece. A lane sums short
 * runs of packs plainly and adds each to what it has so far without loss, so that no error grows with
 * the tensor. Each of the two says around what a piece is summed, which terms a pack adds, and what
 * partial comes of the sums.
 */
import { momentsWgsl, packs, scaleWgsl, sumsWgsl, values } from "./moments.ts";
import { readInputAndGradientWgsl, readInputWgsl } from "./written_packs.ts";

/** How the values of a lane stand: all in one channel, or a pack across neighbouring channels. */
export type LaneKind = "planes" | "rows";

/**
 * Packs that a lane sums plainly at most; and packs at which a piece is looked at for a value other than
 * 0, to know its magnitude, after the three of its centre.
 */
const runsWgsl = /* wgsl */ `
const RUN = 16u;
const LOOKS = 16u;
`;

/** What a lane holds: the sums of all values of its packs, or of each channel of a pack. */
const lanes = {
  planes: /* wgsl */ `
alias Lane = Sums;
fn lane_of(first: Pack, second: Pack) -> Lane {
  return Lane(total(first), 0.0, total(second), 0.0);
}
`,
  rows: sumsWgsl("Lane", packs) + /* wgsl */ `
fn lane_of(first: Pack, second: Pack) -> Lane { return Lane(first, Pack(), second, Pack()); }
fn component_of(lane: Lane, i: u32) -> Sums {
  return Sums(
    component(lane.first, i),
    component(lane.first_rest, i),
    component(lane.second, i),
    component(lane.second_rest, i),
  );
}
`,
} as const;

/** What a centre is, a `Value`: one number for a whole pack, which gives four medians, or one of each channel. */
const centres = {
  planes: /* wgsl */ `
alias Value = f32;
alias ValueBits = u32;
const VALUES = WIDTH;
const MEDIANS = 4u / WIDTH;
fn largest(pack: Pack) -> Value { return most(pack); }
fn value_of(value: Value, _i: u32) -> f32 { return value; }
fn median_of(medians: array<Pack, MEDIANS>, i: u32) -> Value {
  return component(medians[i % MEDIANS], i);
}
`,
  rows: /* wgsl */ `
alias Value = Pack;
alias ValueBits = Bits;
const VALUES = 1u;
const MEDIANS = 4u;
fn largest(pack: Pack) -> Value { return pack; }
fn value_of(value: Value, i: u32) -> f32 { return component(value, i); }
fn median_of(medians: array<Pack, MEDIANS>, i: u32) -> Value { return medians[i]; }
`,
} as const;

/**
 * Moments. The centre of a piece lies between the middle two of four medians of three, of values or packs
 * all over it: a few values far outside cannot move it, wherever they stand. The places are
 * thirteenths, since rows often have lengths of other primes.
 *
 * A centre that most values are equal to makes their distances exactly 0. Any other one has few digits:
 * all large values would be rounded the same way by the last digits of a long one.
 */
export function momentTermsWgsl(kind: LaneKind): string {
  return runsWgsl + sumsWgsl("Sums", values) + lanes[kind] + centres[kind] + momentsWgsl +
    scaleWgsl + readInputWgsl + /* wgsl */ `
alias Partial = Moments;

struct Around { centre: Value, scale: Value, scaled: Value }

fn middle(a: Value, b: Value, c: Value, d: Value) -> Value {
  let low = max(min(a, b), min(c, d));
  let high = min(max(a, b), max(c, d));
  let between = 0.5 * low + 0.5 * high;
  let short = bitcast<Value>(bitcast<ValueBits>(between) & ValueBits(HIGH_HALF));
  return select(between, short, abs(between - short) <= high - low);
}

fn around_piece(start: u32, end: u32, place: u32, _channel: u32) -> Around {
  let last = params.outer * params.inner - 1u;
  let length = end - start;
  var size = Value();
  var medians: array<Pack, MEDIANS>;
  for (var i = 0u; i < MEDIANS; i++) {
    var seen: array<Pack, 3>;
    for (var j = 0u; j < 3u; j++) {
      let k = min(start + length * (i + j * 4u + 1u) / 13u, last);
      seen[j] = Pack(x[pack_index(k, place)]);
      size = max(size, largest(abs(seen[j])));
    }
    medians[i] = max(min(seen[0], seen[1]), min(max(seen[0], seen[1]), seen[2]));
  }
  for (var i = 0u; i < LOOKS && any(size == Value()); i++) {
    let k = min(start + length * i / LOOKS, last);
    size = max(size, largest(abs(Pack(x[pack_index(k, place)]))));
  }
  let scale = scale_for(size);
  let centre = middle(
    median_of(medians, 0u),
    median_of(medians, 1u),
    median_of(medians, 2u),
    median_of(medians, 3u),
  );
  return Around(centre, scale, -centre * scale);
}

fn first_term(i: u32, around: Around) -> Pack {
  return fma(Pack(x[i]), Pack(around.scale), Pack(around.scaled));
}

fn add_second_term(second: Pack, _i: u32, first: Pack, _around: Around) -> Pack {
  return fma(first, first, second);
}

fn partial_of(sums: Sums, around: Around, i: u32, packs: u32) -> Partial {
  let count = f32(packs * VALUES);
  let scale = value_of(around.scale, i);
  let shift = sums.first / count;
  let shift_rest = (difference(sums.first, 1.0, shift, count) + sums.first_rest) / count;
  let squares = (sums.second - sums.first * shift) + sums.second_rest;
  let mean = two_sum(value_of(around.centre, i), shift * inverse(scale));
  let mean_rest = mean.rest + shift_rest * inverse(scale);
  if (scale != NONE_FOUND) { return Partial(count, scale, mean.sum, mean_rest, squares); }
  let found = scale_for_square(squares);
  let rescale = found * (1.0 / NONE_FOUND);
  return Partial(count, found, mean.sum, mean_rest, squares * rescale * rescale);
}
`;
}

/** Gradients: `Σdy` and `Σdy·(x − mean)`. */
export function gradientTermsWgsl(kind: LaneKind): string {
  return runsWgsl + sumsWgsl("Sums", values) + lanes[kind] + readInputAndGradientWgsl +
    /* wgsl */ `
alias Partial = Sums;

struct Around { mean: Pack }

fn around_piece(_start: u32, _end: u32, _place: u32, channel: u32) -> Around {
  return Around(mean_of(channel));
}

fn first_term(i: u32, _around: Around) -> Pack { return Pack(dy[i]); }

fn add_second_term(second: Pack, i: u32, first: Pack, around: Around) -> Pack {
  return fma(first, Pack(x[i]) - around.mean, second);
}

fn partial_of(sums: Sums, _around: Around, _i: u32, _packs: u32) -> Partial { return sums; }
`;
}
