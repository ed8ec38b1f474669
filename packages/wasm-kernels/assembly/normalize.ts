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
    for (let c: usize = 0; c < columns << 4; c += 16, from += width, fromY += width) {
      const m = v128.load(c, centre), s = v128.load(c, ofX), k = v128.load(c, constant);
      // Before y may overwrite it.
      const end = f32x4.add(f32x4.mul(f32x4.sub(v128.load(from + width - 16), m), s), k);
      let at = from, to = fromY, n = count;
      for (; n >= 2; n -= 2) {
        const a = f32x4.mul(f32x4.sub(v128.load(at), m), s);
        const b = f32x4.mul(f32x4.sub(v128.load(at + step), m), s);
        v128.store(to, f32x4.add(a, k)), v128.store(to + step, f32x4.add(b, k));
        at += step << 1, to += step << 1;
      }
      if (n) v128.store(to, f32x4.add(f32x4.mul(f32x4.sub(v128.load(at), m), s), k));
      if (tail) v128.store(fromY + width - 16, end);
    }
  }
}
