/**
 * The short way, channels-first: one workgroup takes a channel through all three steps, as one
 * piece of `reduce_planes.ts`. Its planes are at least as long as the workgroup is wide, so that
 * plain loops over planes and packs do for what is written. The barrier publishes the coefficients
 * of the channel.
 */
export const wholePlanesWgsl: string = /* wgsl */ `
var<workgroup> finished: vec4<f32>;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let channel = group.y * groups.x + group.x;
  if (channel >= params.channels) { return; }
  let result = reduce_piece(0u, channel, lane);
  if (lane == 0u) { finished = finish_channel(channel, result); }
  workgroupBarrier();
  let first = Pack(finished.x);
  let second = Pack(finished.y);
  let third = Pack(finished.z);
  let fourth = Pack(finished.w);
  for (var o = 0u; o < params.outer; o++) {
    let start = params.base + (o * params.channels + channel) * params.inner;
    let end = start + params.inner;
    for (var i = start + lane; i < end; i += LANES) {
      write_pack(i, first, second, third, fourth);
    }
  }
}
`;
