/**
 * Finishes the moments of a channel: r and d from the running statistics as they are, the table row
 * for apply and backward, and then the update of the running statistics.
 *
 * - `is_finite` looks at the bits: a shader may be compiled as if there were no NaN and no
 *   infinity.
 * - `moved` counts from the nearer end, so that a large old value leaves no digits behind in a
 *   small new one. It stays where both agree, and is the new value where nothing of the old one is
 *   kept. Small values move in a larger scale, since a driver may take what is below float32's
 *   range for 0.
 * - `few_digits` is the mean to about a thousandth of the deviation: what x − mean loses then
 *   depends on x alone. The last digits of a long mean would round all large values the same way,
 *   and add up.
 * - `finish_channel` gives what write_pack applies: (mean, unused, factor of x - mean, constant),
 *   with the mean in few digits. Its rest is put back through the constant and stands in the unused
 *   place, for the backward.
 * - Rounding can leave the squares of a constant channel below zero. max() would also turn a NaN
 *   into a zero; select does not.
 */
export const finishMomentsWgsl: string = /* wgsl */ `
@group(0) @binding(5) var<storage, read_write> running_mean: array<f32>;
@group(0) @binding(6) var<storage, read_write> running_var: array<f32>;
@group(0) @binding(7) var<storage, read_write> skipped_updates: array<u32>;

fn is_finite(value: f32) -> bool {
  return (bitcast<u32>(value) & 0x7f800000u) != 0x7f800000u;
}

fn moved(old: f32, new_value: f32) -> f32 {
  let up = select(1.0, 0x1p64, max(abs(old), abs(new_value)) < 0x1p-62);
  let step = (new_value - old) * up;
  let from_old = old * up + params.momentum * step;
  let from_new = new_value * up - params.kept * step;
  return select(from_old, from_new, params.kept < 0.5) * (1.0 / up);
}

fn few_digits(mean: f32, variance: f32) -> f32 {
  let exponent = ((bitcast<u32>(variance) >> 23u) + 127u) / 2u + 13u;
  let lift = select(bitcast<f32>(exponent << 23u), 0.0, variance == 0.0);
  return opaque(mean + lift) - lift;
}

fn finish_channel(channel: u32, moments: Moments) -> vec4<f32> {
  let whole = two_sum(moments.mean, moments.mean_rest);
  let mean = whole.sum;
  let unit = inverse(moments.scale);
  let squares = moments.squares + moments.squares_rest;
  let variance = select(squares, 0.0, squares < 0.0) / params.m * unit * unit;
  let near = few_digits(mean, variance);
  let rest = (mean - near) + whole.rest;
  let batch_std = deviation(variance);
  let inv_std = 1.0 / batch_std;
  var r = 1.0;
  var d = 0.0;
  if ((params.flags & HAS_RUNNING_STATS) != 0u) {
    let running_std = deviation(running_var[channel]);
    r = clamp(batch_std / running_std, 1.0 / params.rmax, params.rmax);
    let distance = (mean - running_mean[channel]) + whole.rest;
    d = clamp(distance / running_std, -params.dmax, params.dmax);
  }
  let scale = weight[channel] * r * inv_std;
  let constant = weight[channel] * d + bias[channel] - rest * scale;
  let coefficients = vec4<f32>(near, rest, scale, constant);
  table[channel] = vec4<f32>(near, inv_std, r, d);
  table[params.total_channels + channel] = coefficients;
  if ((params.flags & UPDATE_STATS) != 0u) {
    let tracked = variance * params.bessel;
    let finite = is_finite(mean) && is_finite(tracked);
    if (finite || (params.flags & PROPAGATE_NON_FINITE) != 0u) {
      running_mean[channel] = moved(running_mean[channel], mean);
      running_var[channel] = moved(running_var[channel], tracked);
    } else {
      skipped_updates[channel] += 1u;
    }
  }
  return coefficients;
}
`;

/** `y = (x − mean)·factor + constant`, of (mean, unused, factor, constant). */
export const writeOutputWgsl: string = /* wgsl */ `
@group(1) @binding(2) var<storage, read_write> y: array<Stored>;

fn write_pack(i: u32, mean: Pack, _unused: Pack, factor: Pack, constant: Pack) {
  y[i] = Stored(fma(Pack(x[i]) - mean, factor, constant));
}
`;
