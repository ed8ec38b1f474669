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
  const most = columns << 4;
  for (; outer > 0; outer--, x += xStride, y += yStride) {
    if (step > 16) {
      // Rows: two columns at a time, half a line of the cache.
      for (let c: usize = 0; c < most; c += 32) {
        const m0 = v128.load(c, centre), s0 = v128.load(c, ofX), k0 = v128.load(c, constant);
        const m1 = v128.load(c, centre + 16), s1 = v128.load(c, ofX + 16);
        const k1 = v128.load(c, constant + 16);
        for (let n = count, at = x + c, to = y + c; n > 0; n--, at += step, to += step) {
          const a = f32x4.mul(f32x4.sub(v128.load(at), m0), s0);
          const b = f32x4.mul(f32x4.sub(v128.load(at, 16), m1), s1);
          v128.store(to, f32x4.add(a, k0)), v128.store(to, f32x4.add(b, k1), 16);
        }
      }
      continue;
    }
    let from = x, fromY = y;
    for (let c: usize = 0; c < most; c += 16, from += width, fromY += width) {
      const m = v128.load(c, centre), s = v128.load(c, ofX), k = v128.load(c, constant);
      // Before y may overwrite it.
      const end = f32x4.add(f32x4.mul(f32x4.sub(v128.load(from + width - 16), m), s), k);
      for (let n = count, at = from, to = fromY; n > 0; n--, at += step, to += step) {
        v128.store(to, f32x4.add(f32x4.mul(f32x4.sub(v128.load(at), m), s), k));
      }
      if (tail) v128.store(fromY + width - 16, end);
    }
  }
}
