import { centre, constant, meanDy, ofDy, ofX } from "./tables";

/** Writes `dx = ofDy·(dy − meanDy) + ofX·(x − centre) + constant` in float32; dx may be dy. */
export function inputGradient(
  x: usize,
  xStride: usize,
  dy: usize,
  dyStride: usize,
  dx: usize,
  dxStride: usize,
  outer: i32,
  columns: usize,
  width: usize,
  count: i32,
  step: usize,
  tail: i32,
): void {
  for (; outer > 0; outer--, x += xStride, dy += dyStride, dx += dxStride) {
    let from = x, fromDy = dy, fromDx = dx;
    for (let c: usize = 0; c < columns << 4; c += 16) {
      const m = v128.load(c, centre), b = v128.load(c, ofX), k = v128.load(c, constant);
      const g = v128.load(c, meanDy), a = v128.load(c, ofDy);
      // Before dx may overwrite it.
      const u = f32x4.mul(f32x4.sub(v128.load(fromDy + width - 16), g), a);
      const v = f32x4.mul(f32x4.sub(v128.load(from + width - 16), m), b);
      const end = f32x4.add(f32x4.add(u, v), k);
      let at = from, by = fromDy, to = fromDx;
      for (let n = count; n > 0; n--, at += step, by += step, to += step) {
        const u = f32x4.mul(f32x4.sub(v128.load(by), g), a);
        const v = f32x4.mul(f32x4.sub(v128.load(at), m), b);
        v128.store(to, f32x4.add(f32x4.add(u, v), k));
      }
      if (tail) v128.store(fromDx + width - 16, end);
      from += width, fromDy += width, fromDx += width;
    }
  }
}
