/** Moments and sums that can be merged: the arithmetic behind every reduction. */

/** What is summed: single values, or packs of them. */
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
 * - `opaque` is its argument by way of an integer that is always 0, which no compiler can know: a
 *   shader compiler may take `(a + b) − a` for b, and does so across the lines of a function.
 * - `two_sum` is the sum of two numbers and what rounding it left over (Knuth).
 */
export function exact({ type, bits, of }: Arithmetic): string {
  return /* wgsl */ `
struct ${of}two_parts { sum: ${type}, rest: ${type} }

fn ${of}opaque(value: ${type}) -> ${type} {
  return bitcast<${type}>(bitcast<${bits}>(value) ^ ${bits}(params.zero));
}

fn ${of}two_sum(a: ${type}, b: ${type}) -> ${of}two_parts {
  let sum = ${of}opaque(a + b);
  let added = ${of}opaque(sum - a);
  return ${of}two_parts(sum, (a - (sum - added)) + (b - added));
}
`;
}

/** Two sums, each in two parts: what a float32 addition rounds away is kept beside it. */
export function sums(name: string, { type, of }: Arithmetic): string {
  return /* wgsl */ `
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

/** Of single values. */
export const exactWgsl: string = exact(values);

/** Of a lane, or merged. */
export const sumsWgsl: string = sums("Sums", values);

/** Sums as pieces leave them. */
export const partialSumsWgsl: string = /* wgsl */ `
alias Partial = Sums;
`;

/**
 * Moments, as pieces leave them: a count, the mean and `Σ(x − mean)²`, in two parts each, the
 * latter in units of `1/scale²`. One float32 beside a large offset would round away what merging
 * needs of the mean, and squares alone leave float32 at magnitudes of 1e±18. Scales are inverted on
 * the bits: they are powers of two, and a division need not be exact.
 *
 * `difference` is `a·b − c·d` where both are nearly the same, with more digits than a float32
 * product has: halves of 12 bits have exact products. Without it each step of a mean would be
 * rounded as one of the deviation's size.
 */
export const momentsWgsl: string = /* wgsl */ `
const HIGH_HALF = 0xfffff000u;

struct Moments {
  count: f32,
  scale: f32,
  mean: f32,
  mean_rest: f32,
  squares: f32,
  squares_rest: f32,
}

alias Partial = Moments;

fn inverse(scale: f32) -> f32 { return bitcast<f32>(0x7f000000u - bitcast<u32>(scale)); }

fn high_half(value: f32) -> f32 { return bitcast<f32>(bitcast<u32>(value) & HIGH_HALF); }

fn difference(a: f32, b: f32, c: f32, d: f32) -> f32 {
  let high = vec4<f32>(high_half(a), high_half(b), high_half(c), high_half(d));
  let low = vec4<f32>(a, b, c, d) - high;
  let between = (high.x * low.y + low.x * high.y) - (high.z * low.w + low.z * high.w);
  return opaque(high.x * high.y - high.z * high.w) + between + (low.x * low.y - low.z * low.w);
}
`;

/** Chan's formula for any two moments, where a count of 0 is neutral. */
export const mergedMomentsWgsl: string = /* wgsl */ `
fn merge(a: Moments, b: Moments) -> Moments {
  if (b.count == 0.0) { return a; }
  if (a.count == 0.0) { return b; }
  let scale = min(a.scale, b.scale);
  let of_a = scale * inverse(a.scale);
  let of_b = scale * inverse(b.scale);
  let count = a.count + b.count;
  let share = b.count / count;
  let delta = two_sum(b.mean, -a.mean);
  let delta_rest = delta.rest + (b.mean_rest - a.mean_rest);
  let between = (delta.sum + delta_rest) * scale;
  let added = b.squares * of_b * of_b + between * between * (a.count * share);
  let squares = two_sum(a.squares * of_a * of_a, added);
  let squares_rest = a.squares_rest * of_a * of_a + b.squares_rest * of_b * of_b + squares.rest;
  let step = delta.sum * share;
  let step_rest = (difference(delta.sum, b.count, step, count) + delta_rest * b.count) / count;
  let mean = two_sum(a.mean, step);
  let mean_rest = mean.rest + (a.mean_rest + step_rest);
  return Moments(count, scale, mean.sum, mean_rest, squares.sum, squares_rest);
}
`;
