/**
 * Moves the running statistics of a channel toward the moments of the batch, or counts the update
 * as skipped.
 *
 * - `is_finite` looks at the bits: a shader may be compiled as if there were no NaN and no
 *   infinity.
 * - `moved` counts from the nearer end, so that a large old value leaves no digits behind in a
 *   small new one. It stays where both agree, and is the new value where nothing of the old one is
 *   kept. Small values move in a larger scale, since a driver may take what is below float32's
 *   range for 0.
 */
export const updateRunningStatsWgsl: string = /* wgsl */ `
@group(0) @binding(5) var<storage, read_write> running_mean: array<f32>;
@group(0) @binding(6) var<storage, read_write> running_var: array<f32>;
@group(0) @binding(7) var<storage, read_write> skipped_updates: array<u32>;

fn is_finite(value: f32) -> bool {
  return (bitcast<u32>(value) & 0x7f800000u) != 0x7f800000u;
}

fn moved(old: f32, new_value: f32) -> f32 {
  let up = select(1.0, 0x1p64, max(abs(old), abs(new_value)) < 0x1p-62);
  let step = new_value * up - old * up;
  let from_old = old * up + params.momentum * step;
  let from_new = new_value * up - params.kept * step;
  return select(from_old, from_new, params.kept < 0.5) * (1.0 / up);
}

fn update_running_stats(channel: u32, mean: f32, variance: f32) {
  let tracked = variance * params.bessel;
  let finite = is_finite(mean) && is_finite(tracked);
  if (finite || (params.flags & PROPAGATE_NON_FINITE) != 0u) {
    running_mean[channel] = moved(running_mean[channel], mean);
    running_var[channel] = moved(running_var[channel], tracked);
  } else {
    skipped_updates[channel] += 1u;
  }
}
`;
