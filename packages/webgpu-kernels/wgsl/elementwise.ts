/** How an elementwise pass goes over a tensor: by planes, flat where planes are small, by rows. */

/**
 * Channels-first: a workgroup takes one span of one plane, with the channel's coefficients once.
 */
export const elementwisePlanesWgsl: string = /* wgsl */ `
override LANES: u32 = 64u;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let id = group.y * groups.x + group.x;
  let plane = id / params.spans;
  if (plane >= params.outer * params.channels) { return; }
  let span = id % params.spans;
  let first = plane < params.channels && span == 0u && lane == 0u;
  let c = coefficients(params.first_channel + plane % params.channels, first);
  let start = params.base + plane * params.inner;
  let end = start + min((span + 1u) * params.span_length, params.inner);
  for (var i = start + span * params.span_length + lane; i < end; i += LANES) {
    write_pack(i, Pack(c.x), Pack(c.y), Pack(c.z), Pack(c.w));
  }
}
`;

/** Channels-first with planes smaller than a workgroup: a thread a pack, whatever its plane. */
export const elementwiseFlatWgsl: string = /* wgsl */ `
override LANES: u32 = 64u;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let i = (group.y * groups.x + group.x) * LANES + lane;
  if (i >= params.outer * params.channels * params.inner) { return; }
  let plane = i / params.inner;
  let first = plane < params.channels && i % params.inner == 0u;
  let c = coefficients(params.first_channel + plane % params.channels, first);
  write_pack(params.base + i, Pack(c.x), Pack(c.y), Pack(c.z), Pack(c.w));
}
`;

/** Channels-last: a thread keeps the coefficients of its channels and walks down the rows. */
export const elementwiseRowsWgsl: string = /* wgsl */ `
override COLUMNS: u32 = 16u;
override LANES: u32 = 4u;

@compute @workgroup_size(COLUMNS, LANES)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let row_packs = params.channels / WIDTH;
  let column_groups = (row_packs + COLUMNS - 1u) / COLUMNS;
  let id = group.y * groups.x + group.x;
  let column = id % column_groups * COLUMNS + local.x;
  let span = id / column_groups;
  if (column >= row_packs || span >= params.spans) { return; }
  var rows: array<vec4<f32>, WIDTH>;
  for (var i = 0u; i < WIDTH; i++) {
    rows[i] = coefficients(column * WIDTH + i, span == 0u && local.y == 0u);
  }
  let first = gather(rows, 0u);
  let second = gather(rows, 1u);
  let third = gather(rows, 2u);
  let fourth = gather(rows, 3u);
  let end = min((span + 1u) * params.span_length, params.outer);
  for (var row = span * params.span_length + local.y; row < end; row += LANES) {
    write_pack(params.base + row * row_packs + column, first, second, third, fourth);
  }
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
