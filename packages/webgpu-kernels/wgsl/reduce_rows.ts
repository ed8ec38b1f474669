/**
 * Reduces channels-last: neighbouring threads take neighbouring packs of channels and walk down the
 * rows of one piece. Those past the last channel sum the last one once more and drop the result. A
 * shorter last slab leaves pieces empty. Each barrier publishes what the next round merges.
 */
export const reduceRowsWgsl: string = /* wgsl */ `
override COLUMNS: u32 = 16u;
override LANES: u32 = 4u;

fn pack_near(row: u32, pack: u32) -> u32 { return pack + row * (params.channels / WIDTH); }

var<workgroup> lanes: array<Lane, COLUMNS * LANES>;

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
  let column = id % column_groups * COLUMNS + local.x;
  let pack = params.base + min(column, row_packs - 1u);
  let piece = id / column_groups;
  let channel = min(column, row_packs - 1u) * WIDTH;
  let end = min((piece + 1u) * params.piece_length, params.outer);
  let start = min(piece * params.piece_length, end);
  let around = around_piece(min(start, params.outer - 1u), end - start, pack, channel);
  var own = Lane();
  for (var row = start + local.y; row < end;) {
    let until = min(end, row + RUN * LANES);
    var first = Pack();
    var second = Pack();
    for (; row < until; row += LANES) {
      let index = pack + row * row_packs;
      let term = first_term(index, around);
      first += term;
      second = add_second_term(second, index, term, around);
    }
    own = add_run(own, first, second);
  }
  let lane = local.y * COLUMNS + local.x;
  lanes[lane] = own;
  workgroupBarrier();
  for (var stride = LANES / 2u; stride > 0u; stride /= 2u) {
    if (local.y < stride) { lanes[lane] = lane_merge(lanes[lane], lanes[lane + stride * COLUMNS]); }
    workgroupBarrier();
  }
  if (local.y > 0u || column >= row_packs) { return; }
  for (var i = 0u; i < WIDTH; i++) {
    let slot = (params.first_piece + piece) * params.total_channels + channel + i;
    partials[slot] = partial_of(component_of(lanes[lane], i), around, i, end - start);
  }
}
`;
