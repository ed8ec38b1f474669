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

/** Adds four sums in float32 to those of a table. */
export function addTo(table: usize, lanes: v128): void {
  v128.store(table, f64x2.add(v128.load(table), low(lanes)));
  v128.store(table, f64x2.add(v128.load(table, 16), high(lanes)), 16);
}

/**
 * A mask of those lanes that are among the last `tail` of the eight of a pair: of the first vector,
 * or of the second, which begins at lane 4.
 */
export function amongLast(tail: i32, begin: i32): v128 {
  return i32x4.gt_s(i32x4(0, 1, 2, 3), i32x4.splat(7 - begin - tail));
}
