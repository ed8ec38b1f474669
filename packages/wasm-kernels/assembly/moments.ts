import { across, fewRows, nextPair, pair } from "./lanes";
import { centre, product, sum } from "./tables";

/** Adds `Σ(x − centre)` and `Σ(x − centre)²` of each channel of `[outer, channels, inner]`. */
export function moments(
  x: usize,
  stride: usize,
  outer: i32,
  channels: usize,
  inner: usize,
): void {
  if (inner == 1) ofRows(x, outer, channels);
  else ofPlanes(x, stride, outer, channels, inner);
}

function ofPlanes(
  x: usize,
  stride: usize,
  outer: i32,
  channels: usize,
  inner: usize,
): void {
  const length = inner << 2, most = channels << 3;
  for (; outer > 0; outer--, x += stride) {
    let at = x;
    for (let c: usize = 0; c < most; c += 8) {
      const mean = load<f64>(c, centre);
      const means = f64x2.splat(mean);
      let s0 = f64x2.splat(0), s1 = s0, q0 = s0, q1 = s0;
      for (const last = at + (length & ~15); at < last; at += 16) {
        const a = f64x2.sub(pair(at), means), b = f64x2.sub(nextPair(at), means);
        s0 = f64x2.add(s0, a), q0 = f64x2.add(q0, f64x2.mul(a, a));
        s1 = f64x2.add(s1, b), q1 = f64x2.add(q1, f64x2.mul(b, b));
      }
      let s = across(f64x2.add(s0, s1)), q = across(f64x2.add(q0, q1));
      for (const last = at + (length & 15); at < last; at += 4) {
        const a = <f64> load<f32>(at) - mean;
        s += a, q += a * a;
      }
      store<f64>(c, load<f64>(c, sum) + s, sum);
      store<f64>(c, load<f64>(c, product) + q, product);
    }
  }
}

/** Rows of `width` values, each of another channel. */
function ofRows(x: usize, rows: usize, width: usize): void {
  const stride = width << 2;
  for (const end = x + rows * stride; x < end;) {
    const next = fewRows(x, stride, end);
    let c: usize = 0;
    for (const most = (width & ~3) << 3; c < most; c += 32, x += 16) {
      const low = v128.load(c, centre), high = v128.load(c, centre + 16);
      let s0 = v128.load(c, sum), s1 = v128.load(c, sum + 16);
      let q0 = v128.load(c, product), q1 = v128.load(c, product + 16);
      for (let at = x; at < next; at += stride) {
        const a = f64x2.sub(pair(at), low), b = f64x2.sub(nextPair(at), high);
        s0 = f64x2.add(s0, a), q0 = f64x2.add(q0, f64x2.mul(a, a));
        s1 = f64x2.add(s1, b), q1 = f64x2.add(q1, f64x2.mul(b, b));
      }
      v128.store(c, s0, sum), v128.store(c, s1, sum + 16);
      v128.store(c, q0, product), v128.store(c, q1, product + 16);
    }
    for (const most = width << 3; c < most; c += 8, x += 4) {
      const mean = load<f64>(c, centre);
      let s = load<f64>(c, sum), q = load<f64>(c, product);
      for (let at = x; at < next; at += stride) {
        const a = <f64> load<f32>(at) - mean;
        s += a, q += a * a;
      }
      store<f64>(c, s, sum), store<f64>(c, q, product);
    }
    x = next;
  }
}
