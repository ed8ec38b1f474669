/** Mean and 1/std of a channel as packs, for the gradient sums: one channel a plane, WIDTH in a row. */

/** Channels-first: a pack lies in one channel. */
export const planeStatisticsWgsl: string = /* wgsl */ `
fn mean_of(channel: u32) -> Pack { return Pack(table[channel].x); }
fn inv_std_of(channel: u32) -> Pack { return Pack(table[channel].y); }
`;

/** Channels-last: a pack lies across neighbouring channels. */
export const rowStatisticsWgsl: string = /* wgsl */ `
fn mean_of(channel: u32) -> Pack {
  var means: array<f32, WIDTH>;
  for (var i = 0u; i < WIDTH; i++) { means[i] = table[channel + i].x; }
  return gather(means);
}
fn inv_std_of(channel: u32) -> Pack {
  var values: array<f32, WIDTH>;
  for (var i = 0u; i < WIDTH; i++) { values[i] = table[channel + i].y; }
  return gather(values);
}
`;

/** The table as it is bound where it is only read. */
export const readTableWgsl: string = /* wgsl */ `
@group(0) @binding(2) var<storage, read> table: array<vec4<f32>>;
`;

/** The partials as they are bound where they are written. */
export const writePartialsWgsl: string = /* wgsl */ `
@group(0) @binding(1) var<storage, read_write> partials: array<Partial>;
`;
