import { constant, high, ofX } from "./tables";

/** Writes `y = ofX·(x − high) + constant` in float32, for planes; y may be x. */
export function planeNormalize(
  x: usize,
  xStride: usize,
  y: usize,
  yStride: usize,
  outer: i32,
  channels: usize,
  inner: usize,
): void {
  const length = inner << 2, most = channels << 2;
  for (; outer > 0; outer--, x += xStride, y += yStride) {
    let at = x, to = y;
    for (let c: usize = 0; c < most; c += 4) {
      const m = load<f32>(c, high), s = load<f32>(c, ofX), k = load<f32>(c, constant);
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
export function rowNormalize(x: usize, y: usize, rows: usize, width: usize): void {
  const stride = width << 2, whole = stride & ~15;
  for (const end = x + rows * stride; x < end;) {
    // Two rows at a time share what is loaded for a channel; a last one is its own second.
    const second = x + stride < end ? stride : 0;
    let c: usize = 0;
    for (; c < whole; c += 16) {
      const m = v128.load(c, high), s = v128.load(c, ofX), k = v128.load(c, constant);
      const a = f32x4.mul(f32x4.sub(v128.load(x + c), m), s);
      const b = f32x4.mul(f32x4.sub(v128.load(x + second + c), m), s);
      v128.store(y + c, f32x4.add(a, k)), v128.store(y + second + c, f32x4.add(b, k));
    }
    for (; c < stride; c += 4) {
      const m = load<f32>(c, high), s = load<f32>(c, ofX), k = load<f32>(c, constant);
      const a = (load<f32>(x + c) - m) * s + k, b = (load<f32>(x + second + c) - m) * s + k;
      store<f32>(y + c, a), store<f32>(y + second + c, b);
    }
    x += stride + second, y += stride + second;
  }
}
