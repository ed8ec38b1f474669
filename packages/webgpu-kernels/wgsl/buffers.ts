/** The mean of a channel as a pack, for the gradient sums: one per plane, WIDTH in a row. */

/** Channels-first: a pack lies in one channel. */
export const planeMeanWgsl: string = /* wgsl */ `
fn mean_of(channel: u32) -> Pack { return Pack(table[channel].x); }
`;

/** Channels-last: a pack lies across neighbouring channels. */
export const rowMeanWgsl: string = /* wgsl */ `
fn mean_of(channel: u32) -> Pack {
  var rows: array<vec4<f32>, WIDTH>;
  for (var i = 0u; i < WIDTH; i++) { rows[i] = table[channel + i]; }
  return gather(rows, 0u);
}
`;

/** The table as it is bound where it is only read. */
export const readTableWgsl: string = /* wgsl */ `
@group(0) @binding(2) var<storage, read> table: array<vec4<f32>>;
`;

/** The table as it is bound where it is written. */
export const writeTableWgsl: string = /* wgsl */ `
@group(0) @binding(2) var<storage, read_write> table: array<vec4<f32>>;
`;

/** Weight and bias. */
export const readParametersWgsl: string = /* wgsl */ `
@group(0) @binding(3) var<storage, read> weight: array<f32>;
@group(0) @binding(4) var<storage, read> bias: array<f32>;
`;

/** The partials as they are bound where they are written. */
export const writePartialsWgsl: string = /* wgsl */ `
@group(0) @binding(1) var<storage, read_write> partials: array<Partial>;
`;
