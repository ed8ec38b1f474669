import { constant, high, ofX } from "./tables";

/** Writes `y = ofX·(x − high) + constant` in float32; y may be x. */
export function normalize(
  x: usize,
  xStride: usize,
  y: usize,
  yStride: usize,
  outer: i32,
  channels: usize,
  inner: usize,
): void {
  if (inner == 1) ofRows(x, y, outer, channels);
  else ofPlanes(x, xStride, y, yStride, outer, channels, inner);
}

function ofPlanes(
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

/** Rows of `width` values, each of another channel. */
function ofRows(x: usize, y: usize, rows: usize, width: usize): void {
  const stride = width << 2, whole = stride & ~15;
  for (const end = x + rows * stride; x < end;) {
    // Four rows share what is loaded for a channel; a last one is its own second to fourth.
    const step = x + 3 * stride < end ? stride : 0;
    let x1 = x + step, x2 = x1 + step, x3 = x2 + step;
    let y1 = y + step, y2 = y1 + step, y3 = y2 + step;
    let c: usize = 0;
    for (; c < whole; c += 16, x += 16, x1 += 16, x2 += 16, x3 += 16) {
      const m = v128.load(c, high), s = v128.load(c, ofX), k = v128.load(c, constant);
      const a0 = f32x4.mul(f32x4.sub(v128.load(x), m), s);
      const a1 = f32x4.mul(f32x4.sub(v128.load(x1), m), s);
      const a2 = f32x4.mul(f32x4.sub(v128.load(x2), m), s);
      const a3 = f32x4.mul(f32x4.sub(v128.load(x3), m), s);
      v128.store(y, f32x4.add(a0, k)), v128.store(y1, f32x4.add(a1, k));
      v128.store(y2, f32x4.add(a2, k)), v128.store(y3, f32x4.add(a3, k));
      y += 16, y1 += 16, y2 += 16, y3 += 16;
    }
    for (; c < stride; c += 4, x += 4, x1 += 4, x2 += 4, x3 += 4) {
      const m = load<f32>(c, high), s = load<f32>(c, ofX), k = load<f32>(c, constant);
      const a0 = (load<f32>(x) - m) * s + k, a1 = (load<f32>(x1) - m) * s + k;
      const a2 = (load<f32>(x2) - m) * s + k, a3 = (load<f32>(x3) - m) * s + k;
      store<f32>(y, a0), store<f32>(y1, a1), store<f32>(y2, a2), store<f32>(y3, a3);
      y += 4, y1 += 4, y2 += 4, y3 += 4;
    }
    x = x3, y = y3;
  }
}
