/**
 * The short way, channels-first: one workgroup takes a channel through all three steps. Its planes are
 * at least as long as the workgroup is wide, so that plain loops over planes and packs do.
 */
export const wholePlanesWgsl: string = /* wgsl */ `
override LANES: u32 = 64u;

var<workgroup> finished: vec4<f32>;

fn plane_start(outer: u32, channel: u32) -> u32 {
  return params.base + (outer * params.channels + channel) * params.inner;
}

@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let channel = group.y * groups.x + group.x;
  if (channel >= params.channels) { return; }
  let centre = common_centre(centre_at(
    plane_start(0u, channel),
    plane_start(params.outer / 2u, channel) + params.inner / 2u,
    plane_start(params.outer, channel) - params.channels * params.inner + params.inner - 1u,
    channel,
  ));
  var first = Pack();
  var second = Pack();
  for (var o = 0u; o < params.outer; o++) {
    let start = plane_start(o, channel);
    for (var i = lane; i < params.inner; i += LANES) {
      let term = first_term(start + i, centre);
      first += term;
      second += second_term(start + i, term, centre);
    }
  }
  let sums = workgroup_sum(vec2<f32>(total(first), total(second)), lane);
  if (lane == 0u) {
    let result = partial(params.m, component(centre, 0u), sums.x, sums.y);
    finished = finish_channel(channel, result);
  }
  // The barrier publishes the coefficients of the channel.
  workgroupBarrier();
  let mean = Pack(finished.x);
  let of_dy = Pack(finished.y);
  let of_x = Pack(finished.z);
  let constant = Pack(finished.w);
  for (var o = 0u; o < params.outer; o++) {
    let start = plane_start(o, channel);
    for (var i = lane; i < params.inner; i += LANES) {
      write_pack(start + i, mean, of_dy, of_x, constant);
    }
  }
}
`;
