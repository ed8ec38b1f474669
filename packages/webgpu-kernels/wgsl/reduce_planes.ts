/**
 * Reduces channels-first: a workgroup takes one piece of one channel, which is a run of its
 * `outer · inner` packs across the planes of that channel. Pack k stands at outer index
 * `k / inner`, place `k % inner`; a lane walks on by LANES without a division a step. One past the
 * end of a short piece takes no pack; it looks at one all the same.
 */
export const reducePlanesWgsl: string = /* wgsl */ `
override LANES: u32 = 64u;

fn pack_index(k: u32, channel: u32) -> u32 {
  return params.base + (k / params.inner * params.channels + channel) * params.inner +
    k % params.inner;
}

fn reduce_piece(piece: u32, channel: u32, lane: u32) -> Partial {
  let start = piece * params.piece_length;
  let end = min(start + params.piece_length, params.outer * params.inner);
  let fixed = around_channel(params.first_channel + channel);
  let inner_step = LANES % params.inner;
  let index_step = LANES / params.inner * params.channels * params.inner + inner_step;
  let wrap = (params.channels - 1u) * params.inner;
  var k = start + lane;
  var index = pack_index(min(k, end - 1u), channel);
  var place = k % params.inner;
  var look = look_at(Value(), index);
  for (var i = 1u; i < LOOKS && any(look == Value()); i++) {
    look = look_at(look, pack_index(min(k + (end - start) / LOOKS * i, end - 1u), channel));
  }
  var own = open_lane(index, look);
  var longest = FIRST_RUN;
  while (k < end) {
    let around = open_run(own, fixed);
    let until = min(end, k + longest * LANES);
    let packs = (until - k + LANES - 1u) / LANES;
    var first = Pack();
    var second = Pack();
    for (; k < until; k += LANES) {
      let term = first_term(index, around);
      first += term;
      second = add_second_term(second, index, term, around);
      index += index_step;
      place += inner_step;
      if (place >= params.inner) {
        place -= params.inner;
        index += wrap;
      }
    }
    own = close_run(own, first, second, packs);
    longest = min(2u * longest, LONGEST_RUN);
  }
  return workgroup_merge(close_lane(own), lane);
}
`;

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
