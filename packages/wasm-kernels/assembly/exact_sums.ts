import { amongLast, high, low, square } from "./lanes";
import { constant as squares, exactCentre, product, sum } from "./tables";

/**
 * Adds what gradientSums adds, in float64 but for `Σdy²`; or, with x for dy and all bits of `ofDy`
 * set, so that the centre is taken off dy as well, what moments adds.
 */
export function exactSums(
  x: usize,
  xStride: usize,
  dy: usize,
  dyStride: usize,
  outer: i32,
  columns: usize,
  width: usize,
  count: i32,
  step: usize,
  tail: i32,
  ofDy: i32,
): void {
  for (; outer > 0; outer--, x += xStride, dy += dyStride) {
    let from = x, fromDy = dy;
    // One vector of a pair after the other.
    for (let c: usize = 0; c < columns << 5; c += 16) {
      const to = c << 1, second = c & 16, both = i32x4.splat(ofDy);
      const m0 = v128.load(to, exactCentre), m1 = v128.load(to, exactCentre + 16);
      const g0 = v128.and(m0, both), g1 = v128.and(m1, both);
      let s0 = v128.load(to, sum), s1 = v128.load(to, sum + 16);
      let p0 = v128.load(to, product), p1 = v128.load(to, product + 16), q = v128.load(c, squares);
      let at = from + width - 32, by = fromDy + width - 32, mask = amongLast(tail, second >> 2);
      for (let n = 0; n <= count; n++) {
        const a = v128.load(at + second), b = v128.load(by + second);
        const b0 = v128.and(f64x2.sub(low(b), g0), v128.shuffle<i32>(mask, mask, 0, 0, 1, 1));
        const b1 = v128.and(f64x2.sub(high(b), g1), v128.shuffle<i32>(mask, mask, 2, 2, 3, 3));
        q = f32x4.add(q, v128.and(square(b), mask)), mask = i32x4.splat(-1);
        s0 = f64x2.add(s0, b0), s1 = f64x2.add(s1, b1);
        p0 = f64x2.add(p0, f64x2.mul(b0, f64x2.sub(low(a), m0)));
        p1 = f64x2.add(p1, f64x2.mul(b1, f64x2.sub(high(a), m1)));
        at = from + step * n, by = fromDy + step * n;
      }
      v128.store(c, q, squares);
      v128.store(to, s0, sum), v128.store(to, s1, sum + 16);
      v128.store(to, p0, product), v128.store(to, p1, product + 16);
      if (second) from += width, fromDy += width;
    }
  }
}
