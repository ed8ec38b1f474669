/**
 * Inference: the coefficients of `y = (x − mean)·factor + constant` from the running statistics.
 * The first thread at a channel also writes the table row that a backward reads.
 */
export const inferenceCoefficientsWgsl: string = /* wgsl */ `
@group(0) @binding(5) var<storage, read> running_mean: array<f32>;
@group(0) @binding(6) var<storage, read> running_var: array<f32>;

fn coefficients(channel: u32, first: bool) -> vec4<f32> {
  let mean = running_mean[channel];
  let inv_std = 1.0 / deviation(running_var[channel]);
  let scale = weight[channel] * inv_std;
  let result = vec4<f32>(mean, 0.0, scale, bias[channel]);
  if (first) {
    table[channel] = vec4<f32>(mean, inv_std, 1.0, 0.0);
    table[params.total_channels + channel] = result;
  }
  return result;
}
`;
