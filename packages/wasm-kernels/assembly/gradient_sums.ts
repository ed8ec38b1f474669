import { high, lastOnly, low, square } from "./lanes";
import { centre, constant as squares, product, sum } from "./tables";

/** Adds `Σdy`, `Σdy·(x − centre)` and `Σdy²` likewise, the last of them in float32 alone. */
export function gradientSums(
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
): void {
  const last = lastOnly(tail), zero = f32x4.splat(0);
  for (; outer > 0; outer--, x += xStride, dy += dyStride) {
    let from = x, fromDy = dy;
    for (let c: usize = 0; c < columns << 4; c += 16, from += width, fromDy += width) {
      const m = v128.load(c, centre), to = c << 1;
      let s0 = v128.load(to, sum), s1 = v128.load(to, sum + 16);
      let p0 = v128.load(to, product), p1 = v128.load(to, product + 16);
      let s = v128.and(v128.load(fromDy + width - 16), last), r = square(s);
      let p = f32x4.mul(s, f32x4.sub(v128.load(from + width - 16), m)), q = v128.load(c, squares);
      for (let n = count, at = from, by = fromDy; n > 0; n = (n & ~1) - 8) {
        if (n & 1) {
          const a = v128.load(by);
          s = f32x4.add(s, a), r = f32x4.add(r, square(a));
          p = f32x4.add(p, f32x4.mul(a, f32x4.sub(v128.load(at), m)));
          at += step, by += step;
        }
        const stop = at + step * (min(n, 8) & ~1);
        for (; at < stop; at += step << 1, by += step << 1) {
          const a = v128.load(by), b = v128.load(by + step);
          s = f32x4.add(s, f32x4.add(a, b)), r = f32x4.add(r, f32x4.add(square(a), square(b)));
          const u = f32x4.mul(a, f32x4.sub(v128.load(at), m));
          const v = f32x4.mul(b, f32x4.sub(v128.load(at + step), m));
          p = f32x4.add(p, f32x4.add(u, v));
        }
        s0 = f64x2.add(s0, low(s)), s1 = f64x2.add(s1, high(s)), s = zero;
        p0 = f64x2.add(p0, low(p)), p1 = f64x2.add(p1, high(p)), p = zero;
        q = f32x4.add(q, r), r = zero;
      }
      v128.store(c, q, squares);
      v128.store(to, s0, sum), v128.store(to, s1, sum + 16);
      v128.store(to, p0, product), v128.store(to, p1, product + 16);
    }
  }
}
