import { across, fewRows, nextPair, pair } from "./lanes";

/** Adds `Σ(x − shift)` and `Σ(x − shift)²` of each channel of planes `[outer, channels, inner]`. */
export function planeMoments(
  x: usize,
  stride: usize,
  outer: i32,
  channels: usize,
  inner: usize,
  shift: usize,
  sum: usize,
  squares: usize,
): void {
  const length = inner << 2, most = channels << 3;
  for (; outer > 0; outer--, x += stride) {
    let at = x;
    for (let c: usize = 0; c < most; c += 8) {
      const centre = load<f64>(shift + c);
      const centres = f64x2.splat(centre);
      let s0 = f64x2.splat(0), s1 = s0, q0 = s0, q1 = s0;
      for (const last = at + (length & ~15); at < last; at += 16) {
        const a = f64x2.sub(pair(at), centres), b = f64x2.sub(nextPair(at), centres);
        s0 = f64x2.add(s0, a), q0 = f64x2.add(q0, f64x2.mul(a, a));
        s1 = f64x2.add(s1, b), q1 = f64x2.add(q1, f64x2.mul(b, b));
      }
      let s = across(f64x2.add(s0, s1)), q = across(f64x2.add(q0, q1));
      for (const last = at + (length & 15); at < last; at += 4) {
        const a = <f64>load<f32>(at) - centre;
        s += a, q += a * a;
      }
      store<f64>(sum + c, load<f64>(sum + c) + s);
      store<f64>(squares + c, load<f64>(squares + c) + q);
    }
  }
}

/** The same for rows of `width` values, each of another channel. */
export function rowMoments(
  x: usize,
  rows: usize,
  width: usize,
  shift: usize,
  sum: usize,
  squares: usize,
): void {
  const stride = width << 2;
  for (const end = x + rows * stride; x < end;) {
    const next = fewRows(x, stride, end);
    let c: usize = 0;
    for (const most = (width & ~3) << 3; c < most; c += 32, x += 16) {
      const low = v128.load(shift + c), high = v128.load(shift + c, 16);
      let s0 = v128.load(sum + c), s1 = v128.load(sum + c, 16);
      let q0 = v128.load(squares + c), q1 = v128.load(squares + c, 16);
      for (let at = x; at < next; at += stride) {
        const a = f64x2.sub(pair(at), low), b = f64x2.sub(nextPair(at), high);
        s0 = f64x2.add(s0, a), q0 = f64x2.add(q0, f64x2.mul(a, a));
        s1 = f64x2.add(s1, b), q1 = f64x2.add(q1, f64x2.mul(b, b));
      }
      v128.store(sum + c, s0), v128.store(sum + c, s1, 16);
      v128.store(squares + c, q0), v128.store(squares + c, q1, 16);
    }
    for (const most = width << 3; c < most; c += 8, x += 4) {
      const centre = load<f64>(shift + c);
      let s = load<f64>(sum + c), q = load<f64>(squares + c);
      for (let at = x; at < next; at += stride) {
        const a = <f64>load<f32>(at) - centre;
        s += a, q += a * a;
      }
      store<f64>(sum + c, s), store<f64>(squares + c, q);
    }
    x = next;
  }
}
