import { fewRows } from "./lanes";

/** Writes `y = (x − centre)·scale + shift` in float32, for planes; y may be x. */
export function planeNormalize(
  x: usize,
  xStride: usize,
  y: usize,
  yStride: usize,
  outer: i32,
  channels: usize,
  inner: usize,
  centre: usize,
  scale: usize,
  shift: usize,
): void {
  const length = inner << 2, most = channels << 2;
  for (; outer > 0; outer--, x += xStride, y += yStride) {
    let at = x, to = y;
    for (let c: usize = 0; c < most; c += 4) {
      const m = load<f32>(centre + c), s = load<f32>(scale + c), k = load<f32>(shift + c);
      const ms = f32x4.splat(m), ss = f32x4.splat(s), ks = f32x4.splat(k);
      for (const last = at + (length & ~31); at < last; at += 32, to += 32) {
        const a = f32x4.mul(f32x4.sub(v128.load(at), ms), ss);
        const b = f32x4.mul(f32x4.sub(v128.load(at, 16), ms), ss);
        v128.store(to, f32x4.add(a, ks)), v128.store(to, f32x4.add(b, ks), 16);
      }
      for (const last = at + (length & 31); at < last; at += 4, to += 4) {
        store<f32>(to, (load<f32>(at) - m) * s + k);
      }
    }
  }
}

/** The same for rows of `width` values, each of another channel. */
export function rowNormalize(
  x: usize,
  y: usize,
  rows: usize,
  width: usize,
  centre: usize,
  scale: usize,
  shift: usize,
): void {
  const stride = width << 2;
  for (const end = x + rows * stride; x < end;) {
    const next = fewRows(x, stride, end);
    const nextY = y + (next - x);
    let c: usize = 0;
    for (const most = stride & ~15; c < most; c += 16, x += 16, y += 16) {
      const ms = v128.load(centre + c), ss = v128.load(scale + c), ks = v128.load(shift + c);
      for (let at = x, to = y; at < next; at += stride, to += stride) {
        v128.store(to, f32x4.add(f32x4.mul(f32x4.sub(v128.load(at), ms), ss), ks));
      }
    }
    for (; c < stride; c += 4, x += 4, y += 4) {
      const m = load<f32>(centre + c), s = load<f32>(scale + c), k = load<f32>(shift + c);
      for (let at = x, to = y; at < next; at += stride, to += stride) {
        store<f32>(to, (load<f32>(at) - m) * s + k);
      }
    }
    x = next, y = nextY;
  }
}
