import { addTo, amongLast, square } from "./lanes";
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
  const last0 = amongLast(tail, 0), last1 = amongLast(tail, 4), zero = f32x4.splat(0);
  for (; outer > 0; outer--, x += xStride, dy += dyStride) {
    let from = x, fromDy = dy;
    for (let c: usize = 0; c < columns << 5; c += 32) {
      const m0 = v128.load(c, centre), m1 = v128.load(c, centre + 16);
      const end = from + width, endDy = fromDy + width;
      let s0 = v128.and(v128.load(endDy - 32), last0), q0 = square(s0);
      let s1 = v128.and(v128.load(endDy - 16), last1), q1 = square(s1);
      let p0 = f32x4.mul(s0, f32x4.sub(v128.load(end - 32), m0));
      let p1 = f32x4.mul(s1, f32x4.sub(v128.load(end - 16), m1));
      for (let n = count, at = from, by = fromDy; n > 0; n -= 8) {
        for (const stop = at + step * min(n, 8); at < stop; at += step, by += step) {
          const a = v128.load(by), b = v128.load(by, 16);
          s0 = f32x4.add(s0, a), q0 = f32x4.add(q0, square(a));
          s1 = f32x4.add(s1, b), q1 = f32x4.add(q1, square(b));
          p0 = f32x4.add(p0, f32x4.mul(a, f32x4.sub(v128.load(at), m0)));
          p1 = f32x4.add(p1, f32x4.mul(b, f32x4.sub(v128.load(at, 16), m1)));
        }
        const to = c << 1;
        addTo(to + sum, s0), addTo(to + sum + 32, s1), s0 = s1 = zero;
        addTo(to + product, p0), addTo(to + product + 32, p1), p0 = p1 = zero;
        v128.store(c, f32x4.add(v128.load(c, squares), q0), squares);
        v128.store(c, f32x4.add(v128.load(c, squares + 16), q1), squares + 16), q0 = q1 = zero;
      }
      from = end, fromDy = endDy;
    }
  }
}
