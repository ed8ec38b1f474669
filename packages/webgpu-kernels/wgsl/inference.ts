/** What an elementwise pass writes, and where its four coefficients per channel come from. */
/** `y = (x − mean)·factor + constant`, of (mean, unused, factor, constant). */
export const writeOutputWgsl: string = /* wgsl */ `
@group(1) @binding(2) var<storage, read_write> y: array<Stored>;

fn write_pack(i: u32, mean: Pack, _unused: Pack, factor: Pack, constant: Pack) {
  y[i] = Stored(fma(Pack(x[i]) - mean, factor, constant));
}
`;

/** `dx = factor·(dy − dyMean + ofX·(x − mean))`, of (mean, dyMean, ofX, factor). */
export const writeInputGradientWgsl: string = /* wgsl */ `
@group(1) @binding(2) var<storage, read_write> dx: array<Stored>;

fn write_pack(i: u32, mean: Pack, dy_mean: Pack, of_x: Pack, factor: Pack) {
  dx[i] = Stored(factor * fma(of_x, Pack(x[i]) - mean, Pack(dy[i]) - dy_mean));
}
`;

/** The coefficients that the forward left in the table, in row 1, or the backward, in row 2. */
export function coefficientsWgsl(row: 1 | 2): string {
  return /* wgsl */ `
fn coefficients(channel: u32, _first: bool) -> vec4<f32> {
  return table[${row}u * params.total_channels + channel];
}
`;
}

/**
 * The fixed map of the running statistics. The first thread at a channel also writes the table row
 * that a backward reads.
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
