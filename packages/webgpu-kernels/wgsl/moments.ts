/**
 * Moments and sums that can be merged: the arithmetic behind every reduction. Each is written once and
 * serves single values and packs of them.
 */

/** The scale in which a lane squares. */
export const scaleWgsl: string = /* wgsl */ `
// Of values whose magnitude is not known: squares of 1e18 must stay float32. An odd power of two, as no
// other scale is.
const NONE_FOUND = 0x1p-3;

fn exponent_of(value: Value) -> ValueBits {
  return (bitcast<ValueBits>(value) >> ValueBits(23u)) & ValueBits(0xffu);
}

// The power of two by which values of a magnitude are brought near 2^-20, where neither squares of
// outliers leave float32 nor those of the last digit.
fn scale_for(magnitude: Value) -> Value {
  let exponent = exponent_of(magnitude);
  let held = clamp(exponent, ValueBits(68u), ValueBits(198u)) & ValueBits(0xfeu);
  let scale = bitcast<Value>((ValueBits(235u) - held) << ValueBits(23u));
  return select(scale, Value(NONE_FOUND), exponent == ValueBits());
}

// The same where a sum of squares in units of NONE_FOUND is known.
fn scale_for_square(square: Value) -> Value {
  let exponent = (ValueBits(167u) - (exponent_of(square) >> ValueBits(1u))) | ValueBits(1u);
  return bitcast<Value>(exponent << ValueBits(23u));
}
`;

/**
 * Moments: a count, the mean and `Σ(x − mean)²`, in two parts each, the latter in units of `1/scale²`. One float32 beside
 * a large offset would round away what merging needs of the mean, and squares alone leave float32 at
 * magnitudes of 1e±18. `merge` is Chan's formula; a count of 0 is neutral.
 */
export function momentsWgsl(name: string, merge: string, type: "f32" | "Pack"): string {
  const bits = type === "f32" ? "u32" : "Bits";
  return twoSumWgsl(`${merge}_two_sum`, type) + /* wgsl */ `
struct ${name} {
  count: f32,
  scale: ${type},
  mean: ${type},
  mean_rest: ${type},
  squares: ${type},
  squares_rest: ${type},
}

fn ${merge}(a: ${name}, b: ${name}) -> ${name} {
  if (b.count == 0.0) { return a; }
  if (a.count == 0.0) { return b; }
  let count = a.count + b.count;
  let share = b.count / count;
  let apart = ${merge}_two_sum(b.mean, -a.mean);
  let apart_rest = apart.rest + (b.mean_rest - a.mean_rest);
  let delta = apart.sum + apart_rest;
  let scale = min(a.scale, b.scale);
  // Inverted on the bits: both are powers of two, and a division need not be exact.
  let one = ${bits}(0x7f000000u);
  let of_a = scale * bitcast<${type}>(one - bitcast<${bits}>(a.scale));
  let of_b = scale * bitcast<${type}>(one - bitcast<${bits}>(b.scale));
  let between = delta * scale;
  let squares = ${merge}_two_sum(
    a.squares * of_a * of_a,
    b.squares * of_b * of_b + between * between * (a.count * share),
  );
  let squares_rest = (a.squares_rest * of_a * of_a + b.squares_rest * of_b * of_b) + squares.rest;
  let step = apart.sum * share;
  let step_rest = (${merge}_difference(apart.sum, b.count, step, count) + apart_rest * b.count) / count;
  let mean = ${merge}_two_sum(a.mean, step);
  let mean_rest = mean.rest + (a.mean_rest + step_rest);
  return ${name}(count, scale, mean.sum, mean_rest, squares.sum, squares_rest);
}

// a·b − c·d where both are nearly the same, with more digits than a float32 product has: halves of 12
// bits have exact products.
fn ${merge}_difference(a: ${type}, b: f32, c: ${type}, d: f32) -> ${type} {
  let a_high = bitcast<${type}>(bitcast<${bits}>(a) & ${bits}(0xfffff000u));
  let c_high = bitcast<${type}>(bitcast<${bits}>(c) & ${bits}(0xfffff000u));
  let b_high = bitcast<f32>(bitcast<u32>(b) & 0xfffff000u);
  let d_high = bitcast<f32>(bitcast<u32>(d) & 0xfffff000u);
  let a_low = a - a_high;
  let b_low = b - b_high;
  let c_low = c - c_high;
  let d_low = d - d_high;
  return (a_high * b_high - c_high * d_high) +
    ((a_high * b_low + a_low * b_high) - (c_high * d_low + c_low * d_high)) +
    (a_low * b_low - c_low * d_low);
}
`;
}

/** Two sums, each in two parts: what a float32 addition rounds away is kept beside it. */
export function sumsWgsl(name: string, merge: string, type: "f32" | "Pack"): string {
  return twoSumWgsl(`${merge}_two_sum`, type) + /* wgsl */ `
struct ${name} { first: ${type}, first_rest: ${type}, second: ${type}, second_rest: ${type} }

fn ${merge}(a: ${name}, b: ${name}) -> ${name} {
  let first = ${merge}_two_sum(a.first, b.first);
  let second = ${merge}_two_sum(a.second, b.second);
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
 * `(a + b) − a` for b: what it must not see through goes by way of an integer that is always 0, which
 * it cannot know.
 */
function twoSumWgsl(name: string, type: "f32" | "Pack"): string {
  const bits = type === "f32" ? "u32" : "Bits";
  return /* wgsl */ `
struct ${name}_result { sum: ${type}, rest: ${type} }

fn ${name}(a: ${type}, b: ${type}) -> ${name}_result {
  let sum = bitcast<${type}>(bitcast<${bits}>(a + b) ^ ${bits}(params.zero));
  let added = bitcast<${type}>(bitcast<${bits}>(sum - a) ^ ${bits}(params.zero));
  return ${name}_result(sum, (a - (sum - added)) + (b - added));
}
`;
}

/** Moments as pieces leave them for the merge. */
export const mergedMomentsWgsl: string = momentsWgsl("Moments", "merge", "f32") + /* wgsl */ `
alias Partial = Moments;
`;

/** Sums likewise. */
export const mergedSumsWgsl: string = sumsWgsl("Sums", "merge", "f32") + /* wgsl */ `
alias Partial = Sums;
`;
