/** The sum of a value over the lanes of a workgroup, given to every lane. Always in one order. */

/** A tree in workgroup memory. */
export const treeSumWgsl: string = /* wgsl */ `
var<workgroup> lane_sums: array<vec2<f32>, LANES>;

fn workgroup_sum(value: vec2<f32>, lane: u32) -> vec2<f32> {
  lane_sums[lane] = value;
  // Each barrier publishes the sums that the next round adds.
  workgroupBarrier();
  for (var stride = LANES / 2u; stride > 0u; stride /= 2u) {
    if (lane < stride) { lane_sums[lane] += lane_sums[lane + stride]; }
    workgroupBarrier();
  }
  return lane_sums[0];
}
`;

/** Subgroups add in registers, and then each adds the sums of all of them. */
export const subgroupSumWgsl: string = /* wgsl */ `
var<workgroup> lane_sums: array<vec2<f32>, LANES>;

fn workgroup_sum(value: vec2<f32>, lane: u32) -> vec2<f32> {
  // The sum stands at the lowest lane of the subgroup, zero elsewhere: that holds however an
  // implementation deals lanes out to subgroups.
  let sum = subgroupAdd(value);
  lane_sums[lane] = select(vec2<f32>(), sum, lane == subgroupMin(lane));
  // The barrier publishes the sums of all subgroups.
  workgroupBarrier();
  let size = subgroupAdd(1u);
  var all = vec2<f32>();
  for (var i = subgroupExclusiveAdd(1u); i < LANES; i += size) { all += lane_sums[i]; }
  return subgroupAdd(all);
}
`;
