/**
 * Finishes the moments of a channel: r and d from the running statistics as they are, the table row
 * for apply and backward, and then the update of the running statistics.
 */
import { deviationWgsl } from "./deviation.ts";

export const finishMomentsWgsl: string = deviationWgsl + /* wgsl */ `
@group(0) @binding(2) var<storage, read_write> table: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;
@group(0) @binding(5) var<storage, read_write> running_mean: array<f32>;
@group(0) @binding(6) var<storage, read_write> running_var: array<f32>;
@group(0) @binding(7) var<storage, read_write> skipped_updates: array<u32>;

// On the bits: a shader may be compiled as if there were no NaN and no infinity.
fn is_finite(value: f32) -> bool {
  return (bitcast<u32>(value) & 0x7f800000u) != 0x7f800000u;
}

// Gives what write_pack applies: (mean, unused, factor of x - mean, constant). The residual of the
// mean stands in the unused place, for the backward.
fn finish_channel(channel: u32, moments: Moments) -> vec4<f32> {
  let whole = merge_two_sum(moments.mean, moments.mean_rest);
  let mean = whole.sum;
  // What rounding the mean to one float32 left over; it is put back through the constants.
  let residual = whole.rest;
  // Rounding can leave a constant channel below zero. max() would also turn a NaN into a zero.
  let squares = moments.squares + moments.squares_rest;
  let scaled = select(squares, 0.0, squares < 0.0) / params.m;
  let unit = bitcast<f32>(0x7f000000u - bitcast<u32>(moments.scale));
  let variance = scaled * unit * unit;
  let batch_std = deviation(variance);
  let inv_std = 1.0 / batch_std;
  var r = 1.0;
  var d = 0.0;
  if ((params.flags & HAS_RUNNING_STATS) != 0u) {
    let running_std = deviation(running_var[channel]);
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
  running_mean[channel] = moved(running_mean[channel], mean);
  running_var[channel] = moved(running_var[channel], tracked);
}

// From the nearer end, so that a large old value leaves no digits behind in a small new one. Stays
// where both agree, and is the new value where nothing of the old one is kept.
fn moved(old: f32, new_value: f32) -> f32 {
  // Where a driver may take the product for 0, since it is below float32's normal range.
  let up = select(1.0, 0x1p64, max(abs(old), abs(new_value)) < 0x1p-62);
  let step = (new_value - old) * up;
  let from_old = old * up + params.momentum * step;
  let from_new = new_value * up - params.kept * step;
  return select(from_old, from_new, params.kept < 0.5) * (1.0 / up);
}
`;
