/** Stores the partial of each piece of each channel. */
export const partialPlanesWgsl: string = /* wgsl */ `
@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let id = group.y * groups.x + group.x;
  if (id >= params.channels * params.pieces) { return; }
  let channel = id % params.channels;
  let piece = id / params.channels;
  let slot = (params.first_piece + piece) * params.total_channels + params.first_channel + channel;
  if (piece * params.piece_length >= params.outer * params.inner) {
    // A shorter last slab leaves pieces empty.
    if (lane == 0u) { partials[slot] = vec4<f32>(); }
    return;
  }
  let result = reduce_piece(piece, channel, lane);
  if (lane == 0u) { partials[slot] = result; }
}
`;

/** Finishes each channel and goes over it once more, all in one workgroup: the short way. */
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
  // The barrier publishes the coefficients of the channel.
  workgroupBarrier();
  let coefficients = finished;
  for (var o = 0u; o < params.outer; o++) {
    let start = params.base + (o * params.channels + channel) * params.inner;
    for (var i = lane; i < params.inner; i += LANES) {
      write_pack(
        start + i,
        Pack(coefficients.x),
        Pack(coefficients.y),
        Pack(coefficients.z),
        Pack(coefficients.w),
      );
    }
  }
}
`;
