/** Two float32 of the memory as float64. */
export function pair(address: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(address));
}

/** The next two. */
export function nextPair(address: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(address, 8));
}

/** The sum of both lanes. */
export function across(lanes: v128): f64 {
  return f64x2.extract_lane(lanes, 0) + f64x2.extract_lane(lanes, 1);
}

/**
 * Where the next few of the rows end: a loop over channels takes so many at a time, since memory is
 * then read in order, and what belongs to a channel is loaded once for them.
 */
export function fewRows(x: usize, stride: usize, end: usize): usize {
  return min(x + (stride << 2), end);
}
