/**
 * Merges the partials of each channel, in a fixed order, and finishes the channel. RUN partials are
 * merged one after the other before they join the others of a lane. A single one needs no merge.
 */
export const mergePartialsWgsl: string = /* wgsl */ `
@group(0) @binding(1) var<storage, read> partials: array<Partial>;

override LANES: u32 = 32u;

alias Merged = Partial;

const RUN = 16u;

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let channel = group.y * groups.x + group.x;
  if (channel >= params.total_channels) { return; }
  var own = Partial();
  for (var first = lane; first < params.total_pieces; first += RUN * LANES) {
    var run = Partial();
    let end = min(first + RUN * LANES, params.total_pieces);
    for (var piece = first; piece < end; piece += LANES) {
      run = merge(run, partials[piece * params.total_channels + channel]);
    }
    own = merge(own, run);
  }
  if (params.total_pieces > 1u) { own = workgroup_merge(own, lane); }
  if (lane == 0u) { _ = finish_channel(channel, own); }
}
`;
