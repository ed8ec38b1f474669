import { constant, high, meanDy, ofDy, ofX } from "./tables";

/** Writes `dx = ofDy·(dy − meanDy) + ofX·(x − high) + constant` in float32; dx may be dy. */
export function inputGradient(
  x: usize,
  xStride: usize,
  dy: usize,
  dyStride: usize,
  dx: usize,
  dxStride: usize,
  outer: i32,
  channels: usize,
  inner: usize,
): void {
  if (inner == 1) ofRows(x, dy, dx, outer, channels);
  else ofPlanes(x, xStride, dy, dyStride, dx, dxStride, outer, channels, inner);
}

function ofPlanes(
  x: usize,
  xStride: usize,
  dy: usize,
  dyStride: usize,
  dx: usize,
  dxStride: usize,
  outer: i32,
  channels: usize,
  inner: usize,
): void {
  const length = inner << 2, most = channels << 2;
  for (; outer > 0; outer--, x += xStride, dy += dyStride, dx += dxStride) {
    let at = x, by = dy, to = dx;
    for (let c: usize = 0; c < most; c += 4) {
      const m = load<f32>(c, high), b = load<f32>(c, ofX), k = load<f32>(c, constant);
      const g = load<f32>(c, meanDy), a = load<f32>(c, ofDy);
      const ms = f32x4.splat(m), bs = f32x4.splat(b), ks = f32x4.splat(k);
      const gs = f32x4.splat(g), scales = f32x4.splat(a);
      for (const last = at + (length & ~15); at < last; at += 16, by += 16, to += 16) {
        const u = f32x4.mul(f32x4.sub(v128.load(by), gs), scales);
        const v = f32x4.mul(f32x4.sub(v128.load(at), ms), bs);
        v128.store(to, f32x4.add(f32x4.add(u, v), ks));
      }
      for (const last = at + (length & 15); at < last; at += 4, by += 4, to += 4) {
        store<f32>(to, (load<f32>(by) - g) * a + (load<f32>(at) - m) * b + k);
      }
    }
  }
}

/** Rows of `width` values, each of another channel. */
function ofRows(x: usize, dy: usize, dx: usize, rows: usize, width: usize): void {
  const stride = width << 2, whole = stride & ~15;
  for (const end = x + rows * stride; x < end;) {
    const second = x + stride < end ? stride : 0;
    let c: usize = 0;
    for (; c < whole; c += 16) {
      const m = v128.load(c, high), b = v128.load(c, ofX), k = v128.load(c, constant);
      const g = v128.load(c, meanDy), a = v128.load(c, ofDy);
      const u0 = f32x4.mul(f32x4.sub(v128.load(dy + c), g), a);
      const u1 = f32x4.mul(f32x4.sub(v128.load(dy + second + c), g), a);
      const v0 = f32x4.mul(f32x4.sub(v128.load(x + c), m), b);
      const v1 = f32x4.mul(f32x4.sub(v128.load(x + second + c), m), b);
      v128.store(dx + c, f32x4.add(f32x4.add(u0, v0), k));
      v128.store(dx + second + c, f32x4.add(f32x4.add(u1, v1), k));
    }
    for (; c < stride; c += 4) {
      const m = load<f32>(c, high), b = load<f32>(c, ofX), k = load<f32>(c, constant);
      const g = load<f32>(c, meanDy), a = load<f32>(c, ofDy);
      const d0 = (load<f32>(dy + c) - g) * a + (load<f32>(x + c) - m) * b + k;
      const d1 = (load<f32>(dy + second + c) - g) * a + (load<f32>(x + second + c) - m) * b + k;
      store<f32>(dx + c, d0), store<f32>(dx + second + c, d1);
    }
    x += stride + second, dy += stride + second, dx += stride + second;
  }
}
