import { addTo, amongLast, high, low, square } from "./lanes";
import { centre, product, sum } from "./tables";

/**
 * Adds `Σx` in float64, and `Σ(x − centre)²`: of eight vectors in float32, and of these in float64.
 */
export function moments(
  x: usize,
  stride: usize,
  outer: i32,
  columns: usize,
  width: usize,
  count: i32,
  step: usize,
  tail: i32,
): void {
  const last0 = amongLast(tail, 0), last1 = amongLast(tail, 4), zero = f32x4.splat(0);
  for (; outer > 0; outer--, x += stride) {
    let from = x;
    for (let c: usize = 0; c < columns << 5; c += 32) {
      const m0 = v128.load(c, centre), m1 = v128.load(c, centre + 16), end = from + width;
      const to = c << 1;
      // First what the pairs leave over, which is none of a row.
      const a = v128.and(v128.load(end - 32), last0), b = v128.and(v128.load(end - 16), last1);
      let q0 = square(f32x4.sub(a, v128.and(m0, last0)));
      let q1 = square(f32x4.sub(b, v128.and(m1, last1)));
      let s0 = f64x2.add(v128.load(to, sum), low(a));
      let s1 = f64x2.add(v128.load(to, sum + 16), high(a));
      let s2 = f64x2.add(v128.load(to, sum + 32), low(b));
      let s3 = f64x2.add(v128.load(to, sum + 48), high(b));
      for (let n = count, at = from; n > 0; n -= 8) {
        for (const stop = at + step * min(n, 8); at < stop; at += step) {
          const a = v128.load(at), b = v128.load(at, 16);
          s0 = f64x2.add(s0, low(a)), s1 = f64x2.add(s1, high(a));
          s2 = f64x2.add(s2, low(b)), s3 = f64x2.add(s3, high(b));
          q0 = f32x4.add(q0, square(f32x4.sub(a, m0)));
          q1 = f32x4.add(q1, square(f32x4.sub(b, m1)));
        }
        addTo(to + product, q0), addTo(to + product + 32, q1), q0 = q1 = zero;
      }
      v128.store(to, s0, sum), v128.store(to, s1, sum + 16);
      v128.store(to, s2, sum + 32), v128.store(to, s3, sum + 48);
      from = end;
    }
  }
}
