/**
 * Moments and sums that can be merged: the arithmetic behind every reduction. Each is written once and
 * serves single values and packs of them.
 */

/** The scale in which a lane squares. */
export const scaleWgsl: string = /* wgsl */ `
// Of values whose magnitude is not known: squares of 1e18 must stay float32. An odd power of two, as no
// other scale is.
const NONE_FOUND = 0x1p-7;

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
  let exponent = (ValueBits(163u) - (exponent_of(square) >> ValueBits(1u))) | ValueBits(1u);
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
  let delta = (b.mean - a.mean) + (b.mean_rest - a.mean_rest);
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
  let mean = ${merge}_two_sum(a.mean, a.mean_rest + delta * share);
  return ${name}(count, scale, mean.sum, mean.rest, squares.sum, squares_rest);
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
