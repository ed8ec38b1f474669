/**
 * What a reduction sums: two terms of each pack, around one centre for a whole piece. A lane sums short
 * runs of packs plainly and adds each to what it has so far without loss, so that no error grows with
 * the tensor. Each of the two says around what a piece is summed, which terms a pack adds, and what
 * partial comes of the sums.
 */
import { type Arithmetic, momentsWgsl, packs, scaleWgsl, sumsWgsl, values } from "./moments.ts";
import { readInputAndGradientWgsl, readInputWgsl } from "./written_packs.ts";

/** How the values of a lane stand: all in one channel, or a pack across neighbouring channels. */
export type LaneKind = "planes" | "rows";

/**
 * What a lane holds: the sums of all values of its packs, or of each channel of a pack. `add_run` adds
 * what rounding left over before to what comes (Kahan).
 */
const lanes = {
  planes: /* wgsl */ `
alias Lane = Sums;
fn gathered(pack: Pack) -> f32 { return total(pack); }
` + addRunWgsl(values),
  rows: sumsWgsl("Lane", packs) + /* wgsl */ `
fn gathered(pack: Pack) -> Pack { return pack; }
fn component_of(lane: Lane, i: u32) -> Sums {
  return Sums(
    component(lane.first, i),
    component(lane.first_rest, i),
    component(lane.second, i),
    component(lane.second_rest, i),
  );
}
` + addRunWgsl(packs),
} as const;

function addRunWgsl({ of }: Arithmetic): string {
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

/** Packs that a lane sums plainly at most. */
const runWgsl = /* wgsl */ `
const RUN = 16u;
`;

/**
 * What a centre is, a `Value`: one number for a whole pack, or one for each channel of it. Four medians
 * of a channel are those of four looks, or of one at packs of four.
 */
const centres = {
  planes: /* wgsl */ `
alias Value = f32;
alias ValueBits = u32;
const VALUES = WIDTH;
fn largest(pack: Pack) -> Value { return most(pack); }
fn value_of(value: Value, _i: u32) -> f32 { return value; }
fn look_around(start: u32, length: u32, place: u32) -> Look {
  let one = look_at(start, length, place, 2u);
  var medians = vec4<f32>(
    component(one.median, 0u),
    component(one.median, 1u),
    component(one.median, 2u),
    component(one.median, 3u),
  );
  var size = one.size;
  if (WIDTH == 1u) {
    let two = look_at(start, length, place, 1u);
    let three = look_at(start, length, place, 3u);
    let four = look_at(start, length, place, 4u);
    medians = vec4<f32>(
      medians.x,
      component(two.median, 0u),
      component(three.median, 0u),
      component(four.median, 0u),
    );
    size = max(max(size, two.size), max(three.size, four.size));
  }
  return Look(Pack(between(medians.x, medians.y, medians.z, medians.w)), size);
}
fn centre_of(look: Look) -> Value { return component(look.median, 0u); }
`,
  rows: /* wgsl */ `
alias Value = Pack;
alias ValueBits = Bits;
const VALUES = 1u;
fn largest(pack: Pack) -> Value { return pack; }
fn value_of(value: Value, i: u32) -> f32 { return component(value, i); }
fn look_around(start: u32, length: u32, place: u32) -> Look {
  let one = look_at(start, length, place, 1u);
  let two = look_at(start, length, place, 2u);
  let three = look_at(start, length, place, 3u);
  let four = look_at(start, length, place, 4u);
  let size = max(max(one.size, two.size), max(three.size, four.size));
  return Look(between(one.median, two.median, three.median, four.median), size);
}
fn centre_of(look: Look) -> Value { return look.median; }
`,
} as const;

/**
 * Moments. The centre of a piece lies between the middle two of four medians of three, of values or packs
 * all over it: a few values far outside cannot move it, wherever they stand. The places are
 * thirteenths, since rows often have lengths of other primes.
 *
 * A centre that most values are equal to makes their distances exactly 0. Any other one has few digits:
 * all large values would be rounded the same way by the last digits of a long one.
 *
 * LOOKS is the number of packs that are looked at for a value other than 0, where all those were 0.
 */
export function momentTermsWgsl(kind: LaneKind): string {
  return runWgsl + sumsWgsl("Sums", values) + lanes[kind] + centres[kind] + momentsWgsl +
    scaleWgsl + readInputWgsl + /* wgsl */ `
alias Partial = Moments;

const LOOKS = 16u;

struct Around { centre: Value, scale: Value, scaled: Value }

struct Look { median: Pack, size: Value }

fn look_at(start: u32, length: u32, place: u32, i: u32) -> Look {
  let a = Pack(x[pack_near(start + length * i / 13u, place)]);
  let b = Pack(x[pack_near(start + length * (i + 4u) / 13u, place)]);
  let c = Pack(x[pack_near(start + length * (i + 8u) / 13u, place)]);
  let median = max(min(a, b), min(max(a, b), c));
  return Look(median, largest(max(max(abs(a), abs(b)), abs(c))));
}

fn between(a: Value, b: Value, c: Value, d: Value) -> Value {
  let low = max(min(a, b), min(c, d));
  let high = min(max(a, b), max(c, d));
  let middle = 0.5 * low + 0.5 * high;
  let short = bitcast<Value>(bitcast<ValueBits>(middle) & ValueBits(HIGH_HALF));
  return select(middle, short, abs(middle - short) <= high - low);
}

fn around_piece(start: u32, length: u32, place: u32, _channel: u32) -> Around {
  let looked = look_around(start, length, place);
  let centre = centre_of(looked);
  var size = looked.size;
  for (var i = 0u; i < LOOKS && any(size == Value()); i++) {
    size = max(size, largest(abs(Pack(x[pack_near(start + length * i / LOOKS, place)]))));
  }
  let scale = scale_for(size);
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
  let squares = sums.second - sums.first * shift;
  let mean = two_sum(value_of(around.centre, i), shift * inverse(scale));
  let mean_rest = mean.rest + shift_rest * inverse(scale);
  let found = select(scale, scale_for_square(squares), scale == NONE_FOUND);
  let rescale = found * inverse(scale);
  return Partial(
    count,
    found,
    mean.sum,
    mean_rest,
    squares * rescale * rescale,
    sums.second_rest * rescale * rescale,
  );
}
`;
}

/** Gradients: `Σdy` and `Σdy·(x − mean)`. */
export function gradientTermsWgsl(kind: LaneKind): string {
  return runWgsl + sumsWgsl("Sums", values) + lanes[kind] + readInputAndGradientWgsl +
    /* wgsl */ `
alias Partial = Sums;

struct Around { mean: Pack }

fn around_piece(_start: u32, _length: u32, _place: u32, channel: u32) -> Around {
  return Around(mean_of(channel));
}

fn first_term(i: u32, _around: Around) -> Pack { return Pack(dy[i]); }

fn add_second_term(second: Pack, i: u32, first: Pack, around: Around) -> Pack {
  return fma(first, Pack(x[i]) - around.mean, second);
}

fn partial_of(sums: Sums, _around: Around, _i: u32, _packs: u32) -> Partial { return sums; }
`;
}
