/** The first two lanes as float64. */
export function low(lanes: v128): v128 {
  return f64x2.promote_low_f32x4(lanes);
}

/** The other two. */
export function high(lanes: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<i32>(lanes, lanes, 2, 3, 2, 3));
}

/** The squares. */
export function square(lanes: v128): v128 {
  return f32x4.mul(lanes, lanes);
}

/** A mask of so many last lanes. */
export function lastOnly(tail: i32): v128 {
  return i32x4.gt_s(i32x4(0, 1, 2, 3), i32x4.splat(3 - tail));
}
