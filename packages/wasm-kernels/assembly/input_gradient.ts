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
  const most = columns << 4;
  for (; outer > 0; outer--, x += xStride, dy += dyStride, dx += dxStride) {
    if (step > 16) {
      for (let c: usize = 0; c < most; c += 32) {
        const m0 = v128.load(c, centre), b0 = v128.load(c, ofX), k0 = v128.load(c, constant);
        const g0 = v128.load(c, meanDy), a0 = v128.load(c, ofDy);
        const m1 = v128.load(c, centre + 16), b1 = v128.load(c, ofX + 16);
        const k1 = v128.load(c, constant + 16);
        const g1 = v128.load(c, meanDy + 16), a1 = v128.load(c, ofDy + 16);
        let at = x + c, by = dy + c, to = dx + c;
        for (let n = count; n > 0; n--, at += step, by += step, to += step) {
          const u0 = f32x4.mul(f32x4.sub(v128.load(by), g0), a0);
          const u1 = f32x4.mul(f32x4.sub(v128.load(by, 16), g1), a1);
          const v0 = f32x4.mul(f32x4.sub(v128.load(at), m0), b0);
          const v1 = f32x4.mul(f32x4.sub(v128.load(at, 16), m1), b1);
          v128.store(to, f32x4.add(f32x4.add(u0, v0), k0));
          v128.store(to, f32x4.add(f32x4.add(u1, v1), k1), 16);
        }
      }
      continue;
    }
    let from = x, fromDy = dy, fromDx = dx;
    for (let c: usize = 0; c < most; c += 16) {
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
