/** What the lanes of a workgroup hold, merged and given to every lane. Always in one order. */

/** A tree in workgroup memory. Each barrier publishes the partials that the next round merges. */
export const treeMergeWgsl: string = /* wgsl */ `
var<workgroup> lane_partials: array<Merged, LANES>;

fn workgroup_merge(value: Merged, lane: u32) -> Merged {
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
 * Sums, of which a lane's rest is below its last digit: subgroups add in registers, and then each
 * adds the sums of all of them. The sum stands at the lowest lane of the subgroup, zero elsewhere:
 * that holds however an implementation deals lanes out to subgroups. The barrier publishes the sums
 * of all subgroups.
 */
export const subgroupMergeWgsl: string = /* wgsl */ `
var<workgroup> lane_sums: array<vec2<f32>, LANES>;

fn workgroup_merge(value: Sums, lane: u32) -> Sums {
  let sum = subgroupAdd(vec2<f32>(value.first, value.second));
  lane_sums[lane] = select(vec2<f32>(), sum, lane == subgroupMin(lane));
  workgroupBarrier();
  let size = subgroupAdd(1u);
  var all = vec2<f32>();
  for (var i = subgroupExclusiveAdd(1u); i < LANES; i += size) { all += lane_sums[i]; }
  let result = subgroupAdd(all);
  return Sums(result.x, 0.0, result.y, 0.0);
}
`;
