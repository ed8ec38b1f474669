/**
 * Finishes the moments of a channel: r and d from the running statistics as they are, the table row
 * for apply and backward, and then the update of the running statistics.
 */
export const finishMomentsWgsl: string = /* wgsl */ `
@group(0) @binding(2) var<storage, read_write> table: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;
@group(0) @binding(5) var<storage, read_write> running_mean: array<f32>;
@group(0) @binding(6) var<storage, read_write> running_var: array<f32>;
@group(0) @binding(7) var<storage, read_write> skipped_updates: array<u32>;

// Chan's formula on (count, centre, mean - centre, M2). A count of 0 is neutral.
fn merge(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> {
  if (b.x == 0.0) { return a; }
  if (a.x == 0.0) { return b; }
  let count = a.x + b.x;
  let share = b.x / count;
  let delta = (b.y - a.y) + (b.z - a.z);
  return vec4<f32>(count, a.y, a.z + delta * share, a.w + b.w + delta * delta * a.x * share);
}

// On the bits: a shader may be compiled as if there were no NaN and no infinity.
fn is_finite(value: f32) -> bool {
  return (bitcast<u32>(value) & 0x7f800000u) != 0x7f800000u;
}

// Gives what write_pack applies: (mean, unused, factor of x - mean, constant). The residual of the
// mean stands in the unused place, for the backward.
fn finish_channel(channel: u32, moments: vec4<f32>) -> vec4<f32> {
  let mean = moments.y + moments.z;
  // What rounding the mean to one float32 left over; it is put back through the constants.
  let residual = (moments.y - mean) + moments.z;
  let variance = moments.w / params.m;
  let batch_std = sqrt(variance + params.eps);
  let inv_std = 1.0 / batch_std;
  var r = 1.0;
  var d = 0.0;
  if ((params.flags & HAS_RUNNING_STATS) != 0u) {
    let running_std = sqrt(running_var[channel] + params.eps);
    r = clamp(batch_std / running_std, 1.0 / params.rmax, params.rmax);
    let distance = (mean - running_mean[channel]) + residual;
    d = clamp(distance / running_std, -params.dmax, params.dmax);
  }
  let scale = weight[channel] * r * inv_std;
  let constant = weight[channel] * d + bias[channel] - residual * scale;
  let coefficients = vec4<f32>(mean, residual, scale, constant);
  table[channel] = vec4<f32>(mean, inv_std, r, d);
  table[params.total_channels + channel] = coefficients;
  if ((params.flags & UPDATE_STATS) != 0u) { update_running_stats(channel, mean, variance); }
  return coefficients;
}

fn update_running_stats(channel: u32, mean: f32, variance: f32) {
  let tracked = variance * params.bessel;
  let finite = is_finite(mean) && is_finite(tracked);
  if (!finite && (params.flags & PROPAGATE_NON_FINITE) == 0u) {
    skipped_updates[channel] += 1u;
    return;
  }
  running_mean[channel] += params.momentum * (mean - running_mean[channel]);
  running_var[channel] += params.momentum * (tracked - running_var[channel]);
}
`;
