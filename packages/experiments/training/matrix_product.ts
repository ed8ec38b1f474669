/** The product of two matrices of float32. */

/** Rows and columns of the product that are summed at a time, in as many variables. */
const tileRows = 4;
const tileColumns = 2;

/** `a · b`, where a is `[m, k]` and b is `[k, n]`, row by row; float64 inside. */
export function matrixProduct(
  a: Float32Array,
  b: Float32Array,
  m: number,
  k: number,
  n: number,
): Float32Array {
  const y = new Float32Array(m * n);
  const left = interleaved(a, m, k);
  const right = interleavedColumns(b, k, n);
  for (let j = 0; j < n; j += tileColumns) {
    // Rows past the end fall outside of y, which takes no notice.
    for (let i = 0; i < m; i += tileRows) {
      let s00 = 0, s01 = 0, s10 = 0, s11 = 0, s20 = 0, s21 = 0, s30 = 0, s31 = 0;
      let p = i * k;
      let q = j * k;
      for (let step = 0; step < k; step++, p += tileRows, q += tileColumns) {
        const b0 = right[q], b1 = right[q + 1];
        const a0 = left[p], a1 = left[p + 1], a2 = left[p + 2], a3 = left[p + 3];
        s00 += a0 * b0;
        s01 += a0 * b1;
        s10 += a1 * b0;
        s11 += a1 * b1;
        s20 += a2 * b0;
        s21 += a2 * b1;
        s30 += a3 * b0;
        s31 += a3 * b1;
      }
      const at = i * n + j;
      y[at] = s00, y[at + n] = s10, y[at + 2 * n] = s20, y[at + 3 * n] = s30;
      if (j + 1 === n) continue;
      y[at + 1] = s01, y[at + n + 1] = s11, y[at + 2 * n + 1] = s21, y[at + 3 * n + 1] = s31;
    }
  }
  return y;
}

/** Four rows at a time, their values in turns; rows of 0 at the end. */
function interleaved(a: Float32Array, m: number, k: number): Float64Array {
  const y = new Float64Array(Math.ceil(m / tileRows) * tileRows * k);
  for (let i = 0, from = 0; i < m; i++) {
    let to = Math.floor(i / tileRows) * tileRows * k + i % tileRows;
    for (let step = 0; step < k; step++, from++, to += tileRows) y[to] = a[from];
  }
  return y;
}

/** Two columns at a time, their values in turns; a column of 0 at the end. */
function interleavedColumns(b: Float32Array, k: number, n: number): Float64Array {
  const y = new Float64Array(Math.ceil(n / tileColumns) * tileColumns * k);
  for (let step = 0, from = 0; step < k; step++) {
    for (let j = 0; j < n; j++, from++) {
      y[Math.floor(j / tileColumns) * tileColumns * k + step * tileColumns + j % tileColumns] =
        b[from];
    }
  }
  return y;
}
