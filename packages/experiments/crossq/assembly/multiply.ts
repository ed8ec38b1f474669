/**
 * `y = a·b + bias` in float32: a is `[m, k]` with any steps between its rows and columns, in bytes,
 * b `[k, n]` and y `[m, n]` row by row; m is a multiple of 4, n of 8.
 */
export function multiply(
  a: usize,
  aRow: usize,
  aColumn: usize,
  b: usize,
  bias: usize,
  y: usize,
  m: i32,
  k: i32,
  n: usize,
): void {
  const row = n << 2;
  for (let i = 0; i < m; i += 4, a += aRow << 2, y += row << 2) {
    for (let c: usize = 0; c < row; c += 32) {
      let l0 = v128.load(bias + c), r0 = v128.load(bias + c, 16);
      let l1 = l0, r1 = r0, l2 = l0, r2 = r0, l3 = l0, r3 = r0;
      let at = a, by = b + c;
      for (let p = 0; p < k; p++, at += aColumn, by += row) {
        const left = v128.load(by), right = v128.load(by, 16);
        let x = v128.load32_splat(at);
        l0 = f32x4.add(l0, f32x4.mul(x, left)), r0 = f32x4.add(r0, f32x4.mul(x, right));
        x = v128.load32_splat(at + aRow);
        l1 = f32x4.add(l1, f32x4.mul(x, left)), r1 = f32x4.add(r1, f32x4.mul(x, right));
        x = v128.load32_splat(at + 2 * aRow);
        l2 = f32x4.add(l2, f32x4.mul(x, left)), r2 = f32x4.add(r2, f32x4.mul(x, right));
        x = v128.load32_splat(at + 3 * aRow);
        l3 = f32x4.add(l3, f32x4.mul(x, left)), r3 = f32x4.add(r3, f32x4.mul(x, right));
      }
      let to = y + c;
      v128.store(to, l0), v128.store(to, r0, 16), to += row;
      v128.store(to, l1), v128.store(to, r1, 16), to += row;
      v128.store(to, l2), v128.store(to, r2, 16), to += row;
      v128.store(to, l3), v128.store(to, r3, 16);
    }
  }
}
