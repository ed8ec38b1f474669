/** Stores the partial of each piece of each channel. A shorter last slab leaves pieces empty. */
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
    if (lane == 0u) { partials[slot] = Partial(); }
    return;
  }
  let result = reduce_piece(piece, channel, lane);
  if (lane == 0u) { partials[slot] = result; }
}
`;
