/**
 * Finishes the gradients of a channel: those of weight and bias, and the coefficients of dx. Reads
 * the table row that the forward wrote, never the running statistics, which have moved.
 */
export const finishGradientsWgsl: string = /* wgsl */ `
@group(0) @binding(2) var<storage, read_write> table: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> weight_grad: array<f32>;
@group(0) @binding(4) var<storage, read_write> bias_grad: array<f32>;

fn merge(a: vec4<f32>, b: vec4<f32>) -> vec4<f32> { return a + b; }

// Gives what write_pack applies: (mean, factor of dy, factor of x - mean, constant).
fn finish_channel(channel: u32, sums: vec4<f32>) -> vec4<f32> {
  // (mean, inv_std, r, d) and (mean, its residual, scale, constant)
  let row = table[channel];
  let applied = table[params.total_channels + channel];
  let s0 = sums.x;
  let s1 = (sums.y - applied.y * s0) * row.y;
  weight_grad[channel] = row.z * s1 + row.w * s0;
  bias_grad[channel] = s0;
  let of_dy = applied.z;
  let of_x = -of_dy * row.y * s1 / params.m;
  var coefficients =
    vec4<f32>(row.x, of_dy, of_x, -of_dy * s0 / params.m - of_x * applied.y);
  if ((params.flags & FIXED_STATISTICS) != 0u) {
    coefficients = vec4<f32>(row.x, of_dy, 0.0, 0.0);
  }
  table[2u * params.total_channels + channel] = coefficients;
  return coefficients;
}
`;
