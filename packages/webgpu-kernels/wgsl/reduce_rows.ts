/**
 * Reduces channels-last: neighbouring threads take neighbouring packs of channels and walk down the
 * rows of one piece. Those past the last channel sum the last one once more and drop the result. A
 * shorter last slab leaves pieces empty. Each barrier publishes what the next round merges.
 */
export const reduceRowsWgsl: string = /* wgsl */ `
override COLUMNS: u32 = 16u;
override LANES: u32 = 4u;

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
  let start = piece * params.piece_length;
  let end = max(start, min(start + params.piece_length, params.outer));
  let fixed = around_channel(channel);
  var row = start + local.y;
  let last = params.outer - 1u;
  var look = look_at(Value(), pack + min(row, last) * row_packs);
  for (var i = 1u; i < LOOKS && any(look == Value()); i++) {
    look = look_at(look, pack + min(row + (end - start) * i / LOOKS, last) * row_packs);
  }
  var own = open_lane(pack + min(row, last) * row_packs, look);
  var longest = FIRST_RUN;
  while (row < end) {
    let around = open_run(own, fixed);
    let until = min(end, row + longest * LANES);
    let packs = (until - row + LANES - 1u) / LANES;
    var first = Pack();
    var second = Pack();
    for (; row < until; row += LANES) {
      let index = pack + row * row_packs;
      let term = first_term(index, around);
      first += term;
      second = add_second_term(second, index, term, around);
    }
    own = close_run(own, first, second, packs);
    longest = min(2u * longest, LONGEST_RUN);
  }
  let lane = local.y * COLUMNS + local.x;
  lanes[lane] = close_lane(own);
  workgroupBarrier();
  for (var stride = LANES / 2u; stride > 0u; stride /= 2u) {
    if (local.y < stride) { lanes[lane] = lane_merge(lanes[lane], lanes[lane + stride * COLUMNS]); }
    workgroupBarrier();
  }
  if (local.y > 0u || column >= row_packs) { return; }
  for (var i = 0u; i < WIDTH; i++) {
    let slot = (params.first_piece + piece) * params.total_channels + channel + i;
    partials[slot] = component_of(lanes[lane], i);
  }
}
`;
