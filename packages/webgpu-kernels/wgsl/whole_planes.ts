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
  let fixed = around_channel(channel);
  let begin = plane_start(0u, channel) + lane;
  var look = look_at(Value(), begin);
  for (var i = 1u; i < LOOKS && any(look == Value()); i++) {
    let place = (lane + params.inner / LOOKS * i) % params.inner;
    look = look_at(look, plane_start(i % params.outer, channel) + place);
  }
  var own = open_lane(begin, look);
  var longest = FIRST_RUN;
  for (var o = 0u; o < params.outer; o++) {
    let start = plane_start(o, channel);
    for (var begun = lane; begun < params.inner;) {
      let around = open_run(own, fixed);
      let until = min(params.inner, begun + longest * LANES);
      let packs = (until - begun + LANES - 1u) / LANES;
      var first = Pack();
      var second = Pack();
      for (var i = begun; i < until; i += LANES) {
        let term = first_term(start + i, around);
        first += term;
        second = add_second_term(second, start + i, term, around);
      }
      own = close_run(own, first, second, packs);
      begun += packs * LANES;
      longest = min(2u * longest, LONGEST_RUN);
    }
  }
  let result = workgroup_merge(close_lane(own), lane);
  if (lane == 0u) { finished = finish_channel(channel, result); }
  // The barrier publishes the coefficients of the channel.
  workgroupBarrier();
  let first_factor = Pack(finished.x);
  let second_factor = Pack(finished.y);
  let third_factor = Pack(finished.z);
  let fourth_factor = Pack(finished.w);
  for (var o = 0u; o < params.outer; o++) {
    let start = plane_start(o, channel);
    for (var i = lane; i < params.inner; i += LANES) {
      write_pack(start + i, first_factor, second_factor, third_factor, fourth_factor);
    }
  }
}
`;
