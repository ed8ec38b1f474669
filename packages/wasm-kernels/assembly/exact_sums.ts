import { high, lastOnly, low, square } from "./lanes";
import { centre, constant as squares, product, sum } from "./tables";

/**
 * Adds `Σ(dy − taken)` and `Σ(dy − taken)·(x − centre)` in float64, and `Σdy²` in float32: with a
 * table of zeros what gradientSums adds, and with x for dy and the centres for zeros what moments
 * adds.
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
  taken: usize,
): void {
  const last = lastOnly(tail), all = i32x4.splat(-1);
  for (; outer > 0; outer--, x += xStride, dy += dyStride) {
    let from = x, fromDy = dy;
    for (let c: usize = 0; c < columns << 4; c += 16, from += width, fromDy += width) {
      const m = v128.load(c, centre), g = v128.load(taken + c), to = c << 1;
      let s0 = v128.load(to, sum), s1 = v128.load(to, sum + 16);
      let p0 = v128.load(to, product), p1 = v128.load(to, product + 16), q = v128.load(c, squares);
      let at = from + width - 16, by = fromDy + width - 16, mask = last;
      for (let n = 0; n <= count; n++) {
        const a = v128.load(at), b = v128.load(by);
        const b0 = v128.and(f64x2.sub(low(b), low(g)), v128.shuffle<i32>(mask, mask, 0, 0, 1, 1));
        const b1 = v128.and(f64x2.sub(high(b), high(g)), v128.shuffle<i32>(mask, mask, 2, 2, 3, 3));
        q = f32x4.add(q, v128.and(square(b), mask)), mask = all;
        s0 = f64x2.add(s0, b0), s1 = f64x2.add(s1, b1);
        p0 = f64x2.add(p0, f64x2.mul(b0, f64x2.sub(low(a), low(m))));
        p1 = f64x2.add(p1, f64x2.mul(b1, f64x2.sub(high(a), high(m))));
        at = from + step * n, by = fromDy + step * n;
      }
      v128.store(c, q, squares);
      v128.store(to, s0, sum), v128.store(to, s1, sum + 16);
      v128.store(to, p0, product), v128.store(to, p1, product + 16);
    }
  }
}
