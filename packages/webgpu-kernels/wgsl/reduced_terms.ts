/**
 * What a reduction sums. Each of the two says which two terms a pack adds, around which centre, and
 * how the sums of a piece are written down as a partial.
 */

/**
 * Moments: `Σ(x − centre)` and `Σ(x − centre)²`. A partial is (count, centre, mean − centre, M2): the
 * mean stays in two parts, since one float32 beside a large offset would round away what merging needs.
 */
export const momentTermsWgsl: string = /* wgsl */ `
@group(1) @binding(0) var<storage, read> x: array<Stored>;

// Three values of the piece: near the data, so that the squares do not cancel, and more than one,
// so that a single outlier does not set the centre.
fn centre_at(first: u32, middle: u32, last: u32, _channel: u32) -> Pack {
  return (Pack(x[first]) + Pack(x[middle]) + Pack(x[last])) / 3.0;
}

// One centre for all lanes that are summed into one value.
fn common_centre(centre: Pack) -> Pack { return Pack(total(centre) / f32(WIDTH)); }

fn first_term(i: u32, centre: Pack) -> Pack { return Pack(x[i]) - centre; }
fn second_term(_i: u32, first: Pack, _centre: Pack) -> Pack { return first * first; }

fn partial(count: f32, centre: f32, first: f32, second: f32) -> vec4<f32> {
  let shifted_mean = first / count;
  let squares = second - first * shifted_mean;
  // Rounding can leave a constant channel below zero. max() would also turn a NaN into a zero.
  return vec4<f32>(count, centre, shifted_mean, select(squares, 0.0, squares < 0.0));
}
`;

/** Gradients: `Σdy` and `Σdy·(x − mean)`; a partial is (Σdy, Σdy·(x − mean)). */
export const gradientTermsWgsl: string = /* wgsl */ `
@group(1) @binding(0) var<storage, read> x: array<Stored>;
@group(1) @binding(1) var<storage, read> dy: array<Stored>;

fn centre_at(_first: u32, _middle: u32, _last: u32, channel: u32) -> Pack {
  return mean_of(channel);
}

fn common_centre(centre: Pack) -> Pack { return centre; }

fn first_term(i: u32, _centre: Pack) -> Pack { return Pack(dy[i]); }
fn second_term(i: u32, first: Pack, centre: Pack) -> Pack { return first * (Pack(x[i]) - centre); }

fn partial(_count: f32, _centre: f32, first: f32, second: f32) -> vec4<f32> {
  return vec4<f32>(first, second, 0.0, 0.0);
}
`;
