import { high, lastOnly, low, square } from "./lanes";
import { centre, product, sum } from "./tables";

/**
 * Adds `Σ(x − centre)` and `Σ(x − centre)²`: of eight vectors in float32, and of these in float64.
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
  const last = lastOnly(tail), zero = f32x4.splat(0);
  for (; outer > 0; outer--, x += stride) {
    let from = x;
    for (let c: usize = 0; c < columns << 4; c += 16, from += width) {
      const m = v128.load(c, centre), to = c << 1;
      let s0 = v128.load(to, sum), s1 = v128.load(to, sum + 16);
      let q0 = v128.load(to, product), q1 = v128.load(to, product + 16);
      let s = v128.and(f32x4.sub(v128.load(from + width - 16), m), last), q = square(s);
      for (let n = count, at = from; n > 0; n = (n & ~1) - 8) {
        if (n & 1) {
          const a = f32x4.sub(v128.load(at), m);
          s = f32x4.add(s, a), q = f32x4.add(q, square(a));
          at += step;
        }
        for (const stop = at + step * (min(n, 8) & ~1); at < stop; at += step << 1) {
          const a = f32x4.sub(v128.load(at), m), b = f32x4.sub(v128.load(at + step), m);
          s = f32x4.add(s, f32x4.add(a, b)), q = f32x4.add(q, f32x4.add(square(a), square(b)));
        }
        s0 = f64x2.add(s0, low(s)), s1 = f64x2.add(s1, high(s)), s = zero;
        q0 = f64x2.add(q0, low(q)), q1 = f64x2.add(q1, high(q)), q = zero;
      }
      v128.store(to, s0, sum), v128.store(to, s1, sum + 16);
      v128.store(to, q0, product), v128.store(to, q1, product + 16);
    }
  }
}
