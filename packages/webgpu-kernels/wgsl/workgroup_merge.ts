/** What the lanes of a workgroup hold, merged and given to every lane. Always in one order. */

/** A tree in workgroup memory. Each barrier publishes the partials that the next round merges. */
export const treeMergeWgsl: string = /* wgsl */ `
var<workgroup> lane_partials: array<Partial, LANES>;

fn workgroup_merge(value: Partial, lane: u32) -> Partial {
  lane_partials[lane] = value;
  workgroupBarrier();
  for (var stride = LANES / 2u; stride > 0u; stride /= 2u) {
    if (lane < stride) {
      lane_partials[lane] = merge(lane_partials[lane], lane_partials[lane + stride]);
    }
    workgroupBarrier();
  }
  return lane_partials[0];
}
`;

/**
 * Sums: subgroups add in registers, and then each adds the sums of all of them. The sum stands at
 * the lowest lane of the subgroup, zero elsewhere: that holds however an implementation deals lanes
 * out to subgroups. The barrier publishes the sums of all subgroups.
 */
export const subgroupMergeWgsl: string = /* wgsl */ `
var<workgroup> lane_sums: array<vec2<f32>, LANES>;

fn workgroup_merge(value: Partial, lane: u32) -> Partial {
  let own = vec2<f32>(value.first + value.first_rest, value.second + value.second_rest);
  let sum = subgroupAdd(own);
  lane_sums[lane] = select(vec2<f32>(), sum, lane == subgroupMin(lane));
  workgroupBarrier();
  let size = subgroupAdd(1u);
  var all = vec2<f32>();
  for (var i = subgroupExclusiveAdd(1u); i < LANES; i += size) { all += lane_sums[i]; }
  let result = subgroupAdd(all);
  return Partial(result.x, 0.0, result.y, 0.0);
}
`;
