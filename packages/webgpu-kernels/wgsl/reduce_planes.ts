/**
 * Reduces channels-first: a workgroup takes one piece of one channel, which is a run of its
 * `outer · inner` packs across the planes of that channel. Pack k stands at outer index
 * `k / inner`, place `k % inner`; a lane walks on by LANES without a division a step. One past the
 * end of a short piece takes no pack.
 *
 * Integers are divided as floats, since processors without vectors of such divisions take long:
 * LANES is small, half a lane more is never rounded to the next; and a look may fall on any pack
 * that is near.
 */
export const reducePlanesWgsl: string = /* wgsl */ `
override LANES: u32 = 64u;

alias Merged = Sums;

fn pack_near(k: u32, channel: u32) -> u32 {
  let outer = min(u32(f32(k) / f32(params.inner)), params.outer - 1u);
  let place = min(k - outer * params.inner, params.inner - 1u);
  return params.base + (outer * params.channels + channel) * params.inner + place;
}

fn reduce_piece(piece: u32, channel: u32, lane: u32) -> Partial {
  let start = piece * params.piece_length;
  let end = min(start + params.piece_length, params.outer * params.inner);
  let around = around_piece(start, end - start, channel, params.first_channel + channel);
  let inner = params.inner;
  let wrap = (params.channels - 1u) * inner;
  let outer_step = u32((f32(LANES) + 0.5) / f32(inner));
  let inner_step = LANES - outer_step * inner;
  let index_step = LANES + outer_step * wrap;
  var k = start + lane;
  let outer = k / inner;
  var place = k - outer * inner;
  var index = params.base + k + channel * inner + outer * wrap;
  var own = Lane();
  while (k < end) {
    let until = min(end, k + RUN * LANES);
    var first = Pack();
    var second = Pack();
    for (; k < until; k += LANES) {
      let term = first_term(index, around);
      first += term;
      second = add_second_term(second, index, term, around);
      place += inner_step;
      let is_next = place >= inner;
      index += index_step + select(0u, wrap, is_next);
      place -= select(0u, inner, is_next);
    }
    own = add_run(own, first, second);
  }
  return partial_of(workgroup_merge(own, lane), around, 0u, end - start);
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
