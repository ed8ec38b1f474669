/**
 * Finishes the gradients of a channel: those of weight and bias, and the coefficients of dx. Reads
 * the table row that the forward wrote, (mean, inv_std, r, d) and (mean, its residual, scale,
 * constant), never the running statistics, which have moved.
 *
 * `finish_channel` gives what write_pack applies: (mean, mean of dy, factor of x - mean, factor of
 * all). The sums are around the mean as one float32; its residual is put back here. No product has
 * two factors that may both be near the ends of float32.
 */
export const finishGradientsWgsl: string = /* wgsl */ `
@group(0) @binding(3) var<storage, read_write> weight_grad: array<f32>;
@group(0) @binding(4) var<storage, read_write> bias_grad: array<f32>;

fn finish_channel(channel: u32, sums: Sums) -> vec4<f32> {
  let row = table[channel];
  let applied = table[params.total_channels + channel];
  let s0 = sums.first + sums.first_rest;
  let s1 = (sums.second + sums.second_rest - applied.y * s0) * row.y;
  weight_grad[channel] = row.z * s1 + row.w * s0;
  bias_grad[channel] = s0;
  let of_x = -row.y * (s1 / params.m);
  var coefficients = vec4<f32>(row.x, s0 / params.m + applied.y * of_x, of_x, applied.z);
  if ((params.flags & FIXED_STATISTICS) != 0u) {
    coefficients = vec4<f32>(row.x, 0.0, 0.0, applied.z);
  }
  table[2u * params.total_channels + channel] = coefficients;
  return coefficients;
}
`;

/** `dx = factor·(dy − dyMean + ofX·(x − mean))`, of (mean, dyMean, ofX, factor). */
export const writeInputGradientWgsl: string = /* wgsl */ `
@group(1) @binding(2) var<storage, read_write> dx: array<Stored>;

fn write_pack(i: u32, mean: Pack, dy_mean: Pack, of_x: Pack, factor: Pack) {
  dx[i] = Stored(factor * fma(of_x, Pack(x[i]) - mean, Pack(dy[i]) - dy_mean));
}
`;
