/**
 * Reduces channels-first: a workgroup sums one piece of one channel, which is a run of its
 * `outer · inner` packs across the planes of that channel.
 */
export const reducePlanesWgsl: string = /* wgsl */ `
override LANES: u32 = 64u;

// Where pack k of a channel stands: outer index k / inner, place k % inner.
fn pack_index(k: u32, channel: u32) -> u32 {
  return params.base + (k / params.inner * params.channels + channel) * params.inner +
    k % params.inner;
}

// The partial of a piece, in lane 0.
fn reduce_piece(piece: u32, channel: u32, lane: u32) -> vec4<f32> {
  let start = piece * params.piece_length;
  let end = min(start + params.piece_length, params.outer * params.inner);
  let centre = common_centre(centre_at(
    pack_index(start, channel),
    pack_index(start + (end - start) / 2u, channel),
    pack_index(end - 1u, channel),
    params.first_channel + channel,
  ));
  // Walking on by LANES without a division a step.
  let inner_step = LANES % params.inner;
  let index_step = LANES / params.inner * params.channels * params.inner + inner_step;
  let wrap = (params.channels - 1u) * params.inner;
  var index = pack_index(start + lane, channel);
  var place = (start + lane) % params.inner;
  var first = Pack();
  var second = Pack();
  for (var k = start + lane; k < end; k += LANES) {
    let term = first_term(index, centre);
    first += term;
    second += second_term(index, term, centre);
    index += index_step;
    place += inner_step;
    if (place >= params.inner) {
      place -= params.inner;
      index += wrap;
    }
  }
  let sums = workgroup_sum(vec2<f32>(total(first), total(second)), lane);
  return partial(f32((end - start) * WIDTH), component(centre, 0u), sums.x, sums.y);
}
`;
