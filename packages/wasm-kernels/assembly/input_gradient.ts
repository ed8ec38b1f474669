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
    for (let c: usize = 0; c < columns << 5; c += 32) {
      const m0 = v128.load(c, centre), b0 = v128.load(c, ofX), k0 = v128.load(c, constant);
      const g0 = v128.load(c, meanDy), a0 = v128.load(c, ofDy);
      const m1 = v128.load(c, centre + 16), b1 = v128.load(c, ofX + 16);
      const k1 = v128.load(c, constant + 16);
      const g1 = v128.load(c, meanDy + 16), a1 = v128.load(c, ofDy + 16);
      // Before dx may overwrite it.
      let at = from + width - 32, by = fromDy + width - 32, to = fromDx;
      const u0 = f32x4.mul(f32x4.sub(v128.load(by), g0), a0);
      const u1 = f32x4.mul(f32x4.sub(v128.load(by, 16), g1), a1);
      const v0 = f32x4.mul(f32x4.sub(v128.load(at), m0), b0);
      const v1 = f32x4.mul(f32x4.sub(v128.load(at, 16), m1), b1);
      at = from, by = fromDy;
      for (let n = count; n > 0; n--, at += step, by += step, to += step) {
        const u0 = f32x4.mul(f32x4.sub(v128.load(by), g0), a0);
        const u1 = f32x4.mul(f32x4.sub(v128.load(by, 16), g1), a1);
        const v0 = f32x4.mul(f32x4.sub(v128.load(at), m0), b0);
        const v1 = f32x4.mul(f32x4.sub(v128.load(at, 16), m1), b1);
        v128.store(to, f32x4.add(f32x4.add(u0, v0), k0));
        v128.store(to, f32x4.add(f32x4.add(u1, v1), k1), 16);
      }
      from += width, fromDy += width, fromDx += width;
      if (tail) {
        v128.store(fromDx - 32, f32x4.add(f32x4.add(u0, v0), k0));
        v128.store(fromDx - 16, f32x4.add(f32x4.add(u1, v1), k1));
      }
    }
  }
}
