/** Products of matrices, row by row in float32, summed in float64. */

/** A matrix `[rows, columns]`, row by row: a tensor of rank 2. */
export interface Matrix {
  readonly data: Float32Array;
  readonly shape: readonly [rows: number, columns: number];
}

/** A matrix over the values that are given, or of zeros. */
export function matrix(
  rows: number,
  columns: number,
  data: Float32Array = new Float32Array(rows * columns),
): Matrix {
  return { data, shape: [rows, columns] };
}

/**
 * `a·bᵀ + bias`, both read along their rows: `[m, k]` and `[n, k]` give `[m, n]`. Four by two
 * values at a time, whose sums stay in registers.
 */
export function timesTransposed(a: Matrix, b: Matrix, bias?: Float32Array): Matrix {
  const [m, k] = a.shape;
  const n = b.shape[0];
  const product = matrix(m, n);
  const start = bias ?? new Float32Array(n);
  const rows = m - m % 4;
  const columns = n - n % 2;
  multiplyTiles(a.data, b.data, start, product.data, rows, columns, k, n);
  for (let i = 0; i < m; i++) {
    for (let j = i < rows ? columns : 0; j < n; j++) {
      let sum = start[j];
      for (let p = 0; p < k; p++) sum += a.data[i * k + p] * b.data[j * k + p];
      product.data[i * n + j] = sum;
    }
  }
  return product;
}

/** The values in whole tiles of four rows and two columns. */
function multiplyTiles(
  a: Float32Array,
  b: Float32Array,
  start: Float32Array,
  y: Float32Array,
  rows: number,
  columns: number,
  k: number,
  n: number,
): void {
  for (let j = 0; j < columns; j += 2) {
    const v = j * k;
    const w = v + k;
    const left = start[j];
    const right = start[j + 1];
    for (let i = 0; i < rows; i += 4) {
      const p0 = i * k;
      const p1 = p0 + k;
      const p2 = p1 + k;
      const p3 = p2 + k;
      let l0 = left, l1 = left, l2 = left, l3 = left;
      let r0 = right, r1 = right, r2 = right, r3 = right;
      for (let p = 0; p < k; p++) {
        const bl = b[v + p];
        const br = b[w + p];
        const a0 = a[p0 + p];
        const a1 = a[p1 + p];
        const a2 = a[p2 + p];
        const a3 = a[p3 + p];
        l0 += a0 * bl;
        r0 += a0 * br;
        l1 += a1 * bl;
        r1 += a1 * br;
        l2 += a2 * bl;
        r2 += a2 * br;
        l3 += a3 * bl;
        r3 += a3 * br;
      }
      let to = i * n + j;
      y[to] = l0;
      y[to + 1] = r0;
      to += n;
      y[to] = l1;
      y[to + 1] = r1;
      to += n;
      y[to] = l2;
      y[to + 1] = r2;
      to += n;
      y[to] = l3;
      y[to + 1] = r3;
    }
  }
}

/** The transpose. */
export function transpose({ data, shape: [rows, columns] }: Matrix): Matrix {
  const transposed = matrix(columns, rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) transposed.data[j * rows + i] = data[i * columns + j];
  }
  return transposed;
}

/** Matrices of as many rows side by side. */
export function beside(left: Matrix, right: Matrix): Matrix {
  const [rows, a] = left.shape;
  const b = right.shape[1];
  const joined = matrix(rows, a + b);
  for (let i = 0; i < rows; i++) {
    joined.data.set(left.data.subarray(i * a, (i + 1) * a), i * (a + b));
    joined.data.set(right.data.subarray(i * b, (i + 1) * b), i * (a + b) + a);
  }
  return joined;
}

/** Matrices of as many columns, one after the other. */
export function above(top: Matrix, bottom: Matrix): Matrix {
  const joined = matrix(top.shape[0] + bottom.shape[0], top.shape[1]);
  joined.data.set(top.data);
  joined.data.set(bottom.data, top.data.length);
  return joined;
}

/** One column. */
export function column({ data, shape: [rows, columns] }: Matrix, j: number): Float32Array {
  return Float32Array.from({ length: rows }, (_, i) => data[i * columns + j]);
}
