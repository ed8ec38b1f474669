import { centre, constant, ofX } from "./tables";

/** Writes `y = ofX·(x − centre) + constant` in float32; y may be x. */
export function normalize(
  x: usize,
  xStride: usize,
  y: usize,
  yStride: usize,
  outer: i32,
  columns: usize,
  width: usize,
  count: i32,
  step: usize,
  tail: i32,
): void {
  for (; outer > 0; outer--, x += xStride, y += yStride) {
    let from = x, fromY = y;
    for (let c: usize = 0; c < columns << 5; c += 32) {
      const m0 = v128.load(c, centre), s0 = v128.load(c, ofX), k0 = v128.load(c, constant);
      const m1 = v128.load(c, centre + 16), s1 = v128.load(c, ofX + 16);
      const k1 = v128.load(c, constant + 16), end = from + width;
      // Before y may overwrite it.
      const a = f32x4.mul(f32x4.sub(v128.load(end - 32), m0), s0);
      const b = f32x4.mul(f32x4.sub(v128.load(end - 16), m1), s1);
      for (let n = count, at = from, to = fromY; n > 0; n--, at += step, to += step) {
        const a = f32x4.mul(f32x4.sub(v128.load(at), m0), s0);
        const b = f32x4.mul(f32x4.sub(v128.load(at, 16), m1), s1);
        v128.store(to, f32x4.add(a, k0)), v128.store(to, f32x4.add(b, k1), 16);
      }
      from = end, fromY += width;
      if (tail) v128.store(fromY - 32, f32x4.add(a, k0)), v128.store(fromY - 16, f32x4.add(b, k1));
    }
  }
}
