/**
 * Moments and sums that can be merged: the arithmetic behind every reduction. Each is written once
 * and serves single values and packs of them.
 */

/**
 * The scale in which a lane squares.
 *
 * - `NONE_FOUND` is that of values whose magnitude is not known: squares of 1e18 must stay float32,
 *   and those of 1e-18 above what a driver may take for 0. It is an odd power of two, as no other
 *   scale is.
 * - `scale_for` gives the power of two by which values of a magnitude are brought near 2^-20, where
 *   neither squares of outliers leave float32 nor those of the last digit.
 * - `scale_for_square` gives the same where a sum of squares in units of NONE_FOUND is known.
 */
export const scaleWgsl: string = /* wgsl */ `
const NONE_FOUND = 0x1p-3;

fn exponent_of(value: Value) -> ValueBits {
  return (bitcast<ValueBits>(value) >> ValueBits(23u)) & ValueBits(0xffu);
}

fn scale_for(magnitude: Value) -> Value {
  let exponent = exponent_of(magnitude);
  let held = clamp(exponent, ValueBits(68u), ValueBits(198u)) & ValueBits(0xfeu);
  let scale = bitcast<Value>((ValueBits(235u) - held) << ValueBits(23u));
  return select(scale, Value(NONE_FOUND), exponent == ValueBits());
}

fn scale_for_square(square: Value) -> Value {
  let exponent = (ValueBits(167u) - (exponent_of(square) >> ValueBits(1u))) | ValueBits(1u);
  return bitcast<Value>(exponent << ValueBits(23u));
}
`;

/**
 * What a kernel computes with: single values, or packs of them, each with a moment or sum of its
 * own.
 */
export interface Arithmetic {
  readonly type: "f32" | "Pack";
  /** Its bits as integers. */
  readonly bits: "u32" | "Bits";
  /** Stands before the names of the functions. */
  readonly of: "" | "lane_";
}

export const values: Arithmetic = { type: "f32", bits: "u32", of: "" };
export const packs: Arithmetic = { type: "Pack", bits: "Bits", of: "lane_" };

/**
 * Moments: a count, the mean and `Σ(x − mean)²`, in two parts each, the latter in units of
 * `1/scale²`. One float32 beside a large offset would round away what merging needs of the mean,
 * and squares alone leave float32 at magnitudes of 1e±18. `add` is Chan's formula for moments whose
 * mean is `delta` from that of a, with squares in a's scale; `merge` is the same for any two, where
 * a count of 0 is neutral. Scales are inverted on the bits: they are powers of two, and a division
 * need not be exact. `difference` is `a·b − c·d` where both are nearly the same, with more digits
 * than a float32 product has: halves of 12 bits have exact products. Without it each step of a mean
 * would be rounded as one of the deviation's size.
 */
export function momentsWgsl(name: string, { type, bits, of }: Arithmetic): string {
  return twoSumWgsl({ type, bits, of }) + /* wgsl */ `
struct ${name} {
  count: f32,
  scale: ${type},
  mean: ${type},
  mean_rest: ${type},
  squares: ${type},
  squares_rest: ${type},
}

fn ${of}inverse(scale: ${type}) -> ${type} {
  return bitcast<${type}>(${bits}(0x7f000000u) - bitcast<${bits}>(scale));
}

fn ${of}difference(a: ${type}, b: f32, c: ${type}, d: f32) -> ${type} {
  let high_a = bitcast<${type}>(bitcast<${bits}>(a) & ${bits}(HIGH_HALF));
  let high_b = bitcast<f32>(bitcast<u32>(b) & HIGH_HALF);
  let high_c = bitcast<${type}>(bitcast<${bits}>(c) & ${bits}(HIGH_HALF));
  let high_d = bitcast<f32>(bitcast<u32>(d) & HIGH_HALF);
  let between = (high_a * (b - high_b) + (a - high_a) * high_b) -
    (high_c * (d - high_d) + (c - high_c) * high_d);
  return (high_a * high_b - high_c * high_d) + between +
    ((a - high_a) * (b - high_b) - (c - high_c) * (d - high_d));
}

fn ${of}add(
  a: ${name},
  added: f32,
  delta: ${type},
  delta_rest: ${type},
  added_squares: ${type},
) -> ${name} {
  let count = a.count + added;
  let share = added / count;
  let between = (delta + delta_rest) * a.scale;
  let squares = ${of}two_sum(a.squares, added_squares + between * between * (a.count * share));
  let step = delta * share;
  let step_rest = (${of}difference(delta, added, step, count) + delta_rest * added) / count;
  let mean = ${of}two_sum(a.mean, step);
  let mean_rest = mean.rest + (a.mean_rest + step_rest);
  let squares_rest = a.squares_rest + squares.rest;
  return ${name}(count, a.scale, mean.sum, mean_rest, squares.sum, squares_rest);
}

fn ${of}merge(a: ${name}, b: ${name}) -> ${name} {
  if (b.count == 0.0) { return a; }
  if (a.count == 0.0) { return b; }
  let scale = min(a.scale, b.scale);
  let of_a = scale * ${of}inverse(a.scale);
  let of_b = scale * ${of}inverse(b.scale);
  let rest = a.squares_rest * of_a * of_a + b.squares_rest * of_b * of_b;
  let scaled = ${name}(a.count, scale, a.mean, a.mean_rest, a.squares * of_a * of_a, rest);
  let delta = ${of}two_sum(b.mean, -a.mean);
  let delta_rest = delta.rest + (b.mean_rest - a.mean_rest);
  return ${of}add(scaled, b.count, delta.sum, delta_rest, b.squares * of_b * of_b);
}
`;
}

/** Two sums, each in two parts: what a float32 addition rounds away is kept beside it. */
export function sumsWgsl(name: string, { type, bits, of }: Arithmetic): string {
  return twoSumWgsl({ type, bits, of }) + /* wgsl */ `
struct ${name} { first: ${type}, first_rest: ${type}, second: ${type}, second_rest: ${type} }

fn ${of}merge(a: ${name}, b: ${name}) -> ${name} {
  let first = ${of}two_sum(a.first, b.first);
  let second = ${of}two_sum(a.second, b.second);
  return ${name}(
    first.sum,
    (a.first_rest + b.first_rest) + first.rest,
    second.sum,
    (a.second_rest + b.second_rest) + second.rest,
  );
}
`;
}

/**
 * The sum of two numbers and what rounding it left over (Knuth). A shader compiler may take
 * `(a + b) − a` for b: what it must not see through goes by way of an integer that is always 0,
 * which it cannot know.
 */
function twoSumWgsl({ type, bits, of }: Arithmetic): string {
  return /* wgsl */ `
struct ${of}two_parts { sum: ${type}, rest: ${type} }

fn ${of}two_sum(a: ${type}, b: ${type}) -> ${of}two_parts {
  let sum = bitcast<${type}>(bitcast<${bits}>(a + b) ^ ${bits}(params.zero));
  let added = bitcast<${type}>(bitcast<${bits}>(sum - a) ^ ${bits}(params.zero));
  return ${of}two_parts(sum, (a - (sum - added)) + (b - added));
}
`;
}

/** Moments as pieces leave them for the merge. */
export const mergedMomentsWgsl: string = momentsWgsl("Moments", values) + /* wgsl */ `
alias Partial = Moments;
const HIGH_HALF = 0xfffff000u;
`;

/** Sums likewise. */
export const mergedSumsWgsl: string = sumsWgsl("Sums", values) + /* wgsl */ `
alias Partial = Sums;
`;
