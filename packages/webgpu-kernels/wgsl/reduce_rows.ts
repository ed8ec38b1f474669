/**
 * Reduces channels-last: neighbouring threads take neighbouring packs of channels and walk down the
 * rows of one piece.
 */
export const reduceRowsWgsl: string = /* wgsl */ `
override COLUMNS: u32 = 16u;
override LANES: u32 = 4u;

var<workgroup> first_sums: array<Pack, COLUMNS * LANES>;
var<workgroup> second_sums: array<Pack, COLUMNS * LANES>;

@compute @workgroup_size(COLUMNS, LANES)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_id) local: vec3<u32>,
) {
  let row_packs = params.channels / WIDTH;
  let column_groups = (row_packs + COLUMNS - 1u) / COLUMNS;
  let id = group.y * groups.x + group.x;
  if (id >= column_groups * params.pieces) { return; }
  // Threads past the last channel sum the last one once more and drop the result.
  let column = id % column_groups * COLUMNS + local.x;
  let pack = params.base + min(column, row_packs - 1u);
  let piece = id / column_groups;
  let channel = min(column, row_packs - 1u) * WIDTH;
  let start = piece * params.piece_length;
  // A shorter last slab leaves pieces empty; their sums are zeros.
  let end = max(start, min(start + params.piece_length, params.outer));
  let centre = centre_at(
    pack + start * row_packs,
    pack + (start + (end - start) / 2u) * row_packs,
    pack + (max(end, 1u) - 1u) * row_packs,
    channel,
  );
  var first = Pack();
  var second = Pack();
  for (var row = start + local.y; row < end; row += LANES) {
    let index = pack + row * row_packs;
    let term = first_term(index, centre);
    first += term;
    second += second_term(index, term, centre);
  }
  let lane = local.y * COLUMNS + local.x;
  first_sums[lane] = first;
  second_sums[lane] = second;
  // Each barrier publishes the sums that the next round adds.
  workgroupBarrier();
  for (var stride = LANES / 2u; stride > 0u; stride /= 2u) {
    if (local.y < stride) {
      first_sums[lane] += first_sums[lane + stride * COLUMNS];
      second_sums[lane] += second_sums[lane + stride * COLUMNS];
    }
    workgroupBarrier();
  }
  if (local.y > 0u || column >= row_packs) { return; }
  for (var i = 0u; i < WIDTH; i++) {
    let slot = (params.first_piece + piece) * params.total_channels + channel + i;
    partials[slot] = partial(
      f32(end - start),
      component(centre, i),
      component(first_sums[lane], i),
      component(second_sums[lane], i),
    );
  }
}
`;
