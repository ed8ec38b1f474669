/** Around what a piece is summed for its moments, and in which scale. */
import type { LaneKind } from "./lane_sums.ts";

/**
 * What a centre is, a `Value`: one number for a whole pack, or one for each channel of it. Four
 * medians of a channel are those of four looks, or of one at packs of four.
 */
const centres = {
  planes: /* wgsl */ `
alias Value = f32;
alias ValueBits = u32;
const VALUES = WIDTH;
fn largest(pack: Pack) -> Value { return most(pack); }
fn value_of(value: Value, _i: u32) -> f32 { return value; }
fn look_around(start: u32, length: u32, place: u32) -> Look {
  if (WIDTH == 1u) { return look_four_times(start, length, place); }
  let one = look_at(start, length, place, 2u);
  let middle = between(
    Pack(component(one.median, 0u)),
    Pack(component(one.median, 1u)),
    Pack(component(one.median, 2u)),
    Pack(component(one.median, 3u)),
  );
  return Look(middle, one.size);
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
  return look_four_times(start, length, place);
}
fn centre_of(look: Look) -> Value { return look.median; }
`,
} as const;

/**
 * The scale in which a piece squares.
 *
 * - `NONE_FOUND` is that of values whose magnitude is not known: squares of 1e18 must stay float32,
 *   and those of 1e-18 above what a driver may take for 0. It is an odd power of two, as no other
 *   scale is.
 * - `scale_for` gives the power of two by which values of a magnitude are brought near 2^-20, where
 *   neither squares of outliers leave float32 nor those of the last digit.
 * - `scale_for_square` gives the same where a sum of squares in units of NONE_FOUND is known.
 */
const scaleWgsl = /* wgsl */ `
const NONE_FOUND = 0x1p-3;

fn scale_for(magnitude: Value) -> Value {
  let exponent = (bitcast<ValueBits>(magnitude) >> ValueBits(23u)) & ValueBits(0xffu);
  let held = clamp(exponent, ValueBits(68u), ValueBits(198u)) & ValueBits(0xfeu);
  let scale = bitcast<Value>((ValueBits(235u) - held) << ValueBits(23u));
  return select(scale, Value(NONE_FOUND), exponent == ValueBits());
}

fn scale_for_square(square: f32) -> f32 {
  let exponent = (167u - (((bitcast<u32>(square) >> 23u) & 0xffu) >> 1u)) | 1u;
  return bitcast<f32>(exponent << 23u);
}
`;

/**
 * The centre of a piece lies between the middle two of four medians of three, of values or packs
 * all over it: a few values far outside cannot move it, wherever they stand. The places are
 * thirteenths, since rows often have lengths of other primes.
 *
 * A centre that most values are equal to makes their distances exactly 0. Any other one has few
 * digits: all large values would be rounded the same way by the last digits of a long one.
 *
 * LOOKS is the number of packs that are looked at for a value other than 0, where all those were 0.
 */
export function centreWgsl(kind: LaneKind): string {
  return centres[kind] + scaleWgsl + /* wgsl */ `
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

fn look_four_times(start: u32, length: u32, place: u32) -> Look {
  let one = look_at(start, length, place, 1u);
  let two = look_at(start, length, place, 2u);
  let three = look_at(start, length, place, 3u);
  let four = look_at(start, length, place, 4u);
  let size = max(max(one.size, two.size), max(three.size, four.size));
  return Look(between(one.median, two.median, three.median, four.median), size);
}

fn between(a: Pack, b: Pack, c: Pack, d: Pack) -> Pack {
  let low = max(min(a, b), min(c, d));
  let high = min(max(a, b), max(c, d));
  let middle = 0.5 * low + 0.5 * high;
  let short = bitcast<Pack>(bitcast<Bits>(middle) & Bits(HIGH_HALF));
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
`;
}
