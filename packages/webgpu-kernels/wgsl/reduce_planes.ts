/**
 * Reduces channels-first: a workgroup takes one piece of one channel, which is a run of its
 * `outer · inner` packs across the planes of that channel. Pack k stands at outer index `k / inner`,
 * place `k % inner`; a lane walks on by LANES without a division a step. One past the end of a short
 * piece takes no pack.
 */
export const reducePlanesWgsl: string = /* wgsl */ `
override LANES: u32 = 64u;

alias Merged = Sums;

fn pack_index(k: u32, channel: u32) -> u32 {
  return params.base + (k / params.inner * params.channels + channel) * params.inner +
    k % params.inner;
}

fn reduce_piece(piece: u32, channel: u32, lane: u32) -> Partial {
  let start = piece * params.piece_length;
  let end = min(start + params.piece_length, params.outer * params.inner);
  let around = around_piece(start, end, channel, params.first_channel + channel);
  let inner_step = LANES % params.inner;
  let index_step = LANES / params.inner * params.channels * params.inner + inner_step;
  let wrap = (params.channels - 1u) * params.inner;
  var k = start + lane;
  var index = pack_index(min(k, end - 1u), channel);
  var place = k % params.inner;
  var own = Lane();
  while (k < end) {
    let until = min(end, k + RUN * LANES);
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
    own = merge(own, lane_of(first, second));
  }
  return partial_of(workgroup_merge(own, lane), around, 0u, end - start);
}
`;
