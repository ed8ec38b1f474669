import { fewRows } from "./lanes";

/**
 * Writes `dx = ofDy·(dy − meanDy) + ofX·(x − centre) + constant` in float32, for planes; dx may be
 * dy.
 */
export function planeInputGradient(
  x: usize,
  xStride: usize,
  dy: usize,
  dyStride: usize,
  dx: usize,
  dxStride: usize,
  outer: i32,
  channels: usize,
  inner: usize,
  centre: usize,
  ofX: usize,
  meanDy: usize,
  ofDy: usize,
  constant: usize,
): void {
  const length = inner << 2, most = channels << 2;
  for (; outer > 0; outer--, x += xStride, dy += dyStride, dx += dxStride) {
    let at = x, by = dy, to = dx;
    for (let c: usize = 0; c < most; c += 4) {
      const m = load<f32>(centre + c), b = load<f32>(ofX + c);
      const g = load<f32>(meanDy + c), a = load<f32>(ofDy + c), k = load<f32>(constant + c);
      const ms = f32x4.splat(m), bs = f32x4.splat(b);
      const gs = f32x4.splat(g), scales = f32x4.splat(a), ks = f32x4.splat(k);
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

/** The same for rows of `width` values, each of another channel. */
export function rowInputGradient(
  x: usize,
  dy: usize,
  dx: usize,
  rows: usize,
  width: usize,
  centre: usize,
  ofX: usize,
  meanDy: usize,
  ofDy: usize,
  constant: usize,
): void {
  const stride = width << 2;
  for (const end = x + rows * stride; x < end;) {
    const next = fewRows(x, stride, end);
    const nextDy = dy + (next - x), nextDx = dx + (next - x);
    let c: usize = 0;
    for (const most = stride & ~15; c < most; c += 16, x += 16, dy += 16, dx += 16) {
      const ms = v128.load(centre + c), bs = v128.load(ofX + c);
      const gs = v128.load(meanDy + c), scales = v128.load(ofDy + c), ks = v128.load(constant + c);
      for (let at = x, by = dy, to = dx; at < next; at += stride, by += stride, to += stride) {
        const u = f32x4.mul(f32x4.sub(v128.load(by), gs), scales);
        const v = f32x4.mul(f32x4.sub(v128.load(at), ms), bs);
        v128.store(to, f32x4.add(f32x4.add(u, v), ks));
      }
    }
    for (; c < stride; c += 4, x += 4, dy += 4, dx += 4) {
      const m = load<f32>(centre + c), b = load<f32>(ofX + c);
      const g = load<f32>(meanDy + c), a = load<f32>(ofDy + c), k = load<f32>(constant + c);
      for (let at = x, by = dy, to = dx; at < next; at += stride, by += stride, to += stride) {
        store<f32>(to, (load<f32>(by) - g) * a + (load<f32>(at) - m) * b + k);
      }
    }
    x = next, dy = nextDy, dx = nextDx;
  }
}
