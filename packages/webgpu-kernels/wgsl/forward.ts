/**
 * Finishes the moments of a channel: r and d from the running statistics as they are, the table row
 * for apply and backward, and then the update of the running statistics
 * (`update_running_stats.ts`).
 *
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
  if ((params.flags & UPDATE_STATS) != 0u) { update_running_stats(channel, mean, variance); }
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
