import { addTo, amongLast, square } from "./lanes";
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
  const last0 = amongLast(tail, 0), last1 = amongLast(tail, 4), zero = f32x4.splat(0);
  for (; outer > 0; outer--, x += stride) {
    let from = x;
    for (let c: usize = 0; c < columns << 5; c += 32) {
      const m0 = v128.load(c, centre), m1 = v128.load(c, centre + 16), end = from + width;
      // First what the pairs leave over, which is none of a row.
      let s0 = v128.and(f32x4.sub(v128.load(end - 32), m0), last0), q0 = square(s0);
      let s1 = v128.and(f32x4.sub(v128.load(end - 16), m1), last1), q1 = square(s1);
      for (let n = count, at = from; n > 0; n -= 8) {
        for (const stop = at + step * min(n, 8); at < stop; at += step) {
          const a = f32x4.sub(v128.load(at), m0), b = f32x4.sub(v128.load(at, 16), m1);
          s0 = f32x4.add(s0, a), q0 = f32x4.add(q0, square(a));
          s1 = f32x4.add(s1, b), q1 = f32x4.add(q1, square(b));
        }
        const to = c << 1;
        addTo(to + sum, s0), addTo(to + sum + 32, s1), s0 = s1 = zero;
        addTo(to + product, q0), addTo(to + product + 32, q1), q0 = q1 = zero;
      }
      from = end;
    }
  }
}
