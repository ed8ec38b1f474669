/** Merges the partials of each channel, in a fixed order, and finishes the channel. */
export const mergePartialsWgsl: string = /* wgsl */ `
@group(0) @binding(1) var<storage, read> partials: array<vec4<f32>>;

override LANES: u32 = 32u;

var<workgroup> merged: array<vec4<f32>, LANES>;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let channel = group.y * groups.x + group.x;
  if (channel >= params.total_channels) { return; }
  var own = vec4<f32>();
  for (var piece = lane; piece < params.total_pieces; piece += LANES) {
    own = merge(own, partials[piece * params.total_channels + channel]);
  }
  merged[lane] = own;
  // Each barrier publishes the partials that the next round merges.
  workgroupBarrier();
  for (var stride = LANES / 2u; stride > 0u; stride /= 2u) {
    if (lane < stride) { merged[lane] = merge(merged[lane], merged[lane + stride]); }
    workgroupBarrier();
  }
  if (lane == 0u) { _ = finish_channel(channel, merged[0]); }
}
`;
