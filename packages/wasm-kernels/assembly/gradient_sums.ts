import { across, fewRows, nextPair, pair } from "./lanes";
import { centre, constant as squares, product, sum } from "./tables";

/**
 * Adds `Σdy` and `Σdy·(x − centre)` of each channel of `[outer, channels, inner]`, and in float32
 * `Σdy²`.
 */
export function gradientSums(
  x: usize,
  xStride: usize,
  dy: usize,
  dyStride: usize,
  outer: i32,
  channels: usize,
  inner: usize,
): void {
  if (inner == 1) ofRows(x, dy, outer, channels);
  else ofPlanes(x, xStride, dy, dyStride, outer, channels, inner);
}

function ofPlanes(
  x: usize,
  xStride: usize,
  dy: usize,
  dyStride: usize,
  outer: i32,
  channels: usize,
  inner: usize,
): void {
  const length = inner << 2, most = channels << 3;
  for (; outer > 0; outer--, x += xStride, dy += dyStride) {
    let at = x, by = dy;
    for (let c: usize = 0; c < most; c += 8) {
      const mean = load<f64>(c, centre);
      const means = f64x2.splat(mean);
      let s0 = f64x2.splat(0), s1 = s0, p0 = s0, p1 = s0, qs = f32x4.splat(0);
      for (const last = at + (length & ~15); at < last; at += 16, by += 16) {
        const a = pair(by), b = nextPair(by), all = v128.load(by);
        s0 = f64x2.add(s0, a), s1 = f64x2.add(s1, b);
        qs = f32x4.add(qs, f32x4.mul(all, all));
        p0 = f64x2.add(p0, f64x2.mul(a, f64x2.sub(pair(at), means)));
        p1 = f64x2.add(p1, f64x2.mul(b, f64x2.sub(nextPair(at), means)));
      }
      let s = across(f64x2.add(s0, s1)), p = across(f64x2.add(p0, p1));
      let q = f32x4.extract_lane(qs, 0) + f32x4.extract_lane(qs, 1) + f32x4.extract_lane(qs, 2) +
        f32x4.extract_lane(qs, 3);
      for (const last = at + (length & 15); at < last; at += 4, by += 4) {
        const all = load<f32>(by), a = <f64> all;
        s += a, q += all * all, p += a * (<f64> load<f32>(at) - mean);
      }
      store<f64>(c, load<f64>(c, sum) + s, sum);
      store<f64>(c, load<f64>(c, product) + p, product);
      store<f32>(c >> 1, load<f32>(c >> 1, squares) + q, squares);
    }
  }
}

/** Rows of `width` values, each of another channel. */
function ofRows(x: usize, dy: usize, rows: usize, width: usize): void {
  const stride = width << 2;
  for (const end = x + rows * stride; x < end;) {
    const next = fewRows(x, stride, end);
    const nextDy = dy + (next - x);
    let c: usize = 0;
    for (const most = (width & ~3) << 3; c < most; c += 32, x += 16, dy += 16) {
      const low = v128.load(c, centre), high = v128.load(c, centre + 16);
      let s0 = v128.load(c, sum), s1 = v128.load(c, sum + 16);
      let p0 = v128.load(c, product), p1 = v128.load(c, product + 16);
      let q = v128.load(c >> 1, squares);
      for (let at = x, by = dy; at < next; at += stride, by += stride) {
        const a = pair(by), b = nextPair(by), all = v128.load(by);
        s0 = f64x2.add(s0, a), s1 = f64x2.add(s1, b);
        q = f32x4.add(q, f32x4.mul(all, all));
        p0 = f64x2.add(p0, f64x2.mul(a, f64x2.sub(pair(at), low)));
        p1 = f64x2.add(p1, f64x2.mul(b, f64x2.sub(nextPair(at), high)));
      }
      v128.store(c, s0, sum), v128.store(c, s1, sum + 16);
      v128.store(c, p0, product), v128.store(c, p1, product + 16);
      v128.store(c >> 1, q, squares);
    }
    for (const most = width << 3; c < most; c += 8, x += 4, dy += 4) {
      const mean = load<f64>(c, centre);
      let s = load<f64>(c, sum), p = load<f64>(c, product), q = load<f32>(c >> 1, squares);
      for (let at = x, by = dy; at < next; at += stride, by += stride) {
        const all = load<f32>(by), a = <f64> all;
        s += a, q += all * all, p += a * (<f64> load<f32>(at) - mean);
      }
      store<f64>(c, s, sum), store<f64>(c, p, product), store<f32>(c >> 1, q, squares);
    }
    x = next, dy = nextDy;
  }
}
