/** Matrices in float32, and their products by a loop in WebAssembly. */
import { multiplyBase64 } from "./multiply_base64.ts";

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

/** `a·b + bias`. */
export function product(a: Matrix, b: Matrix, bias?: Float32Array): Matrix {
  const [m, k] = a.shape;
  return multiply(a.data, { m, k, rowStep: k, columnStep: 1 }, b, bias);
}

/** `aᵀ·b`. */
export function productOfTransposed(a: Matrix, b: Matrix): Matrix {
  const [k, m] = a.shape;
  return multiply(a.data, { m, k, rowStep: 1, columnStep: m }, b);
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

/** Matrices of as many columns, one above the other. */
export function above(top: Matrix, bottom: Matrix): Matrix {
  const joined = matrix(top.shape[0] + bottom.shape[0], top.shape[1]);
  joined.data.set(top.data);
  joined.data.set(bottom.data, top.data.length);
  return joined;
}

/** Float32 that there is room for in each of a, b and the product; a page before them. */
const room = 1 << 18;
const page = 1 << 14;
const memory = new WebAssembly.Memory({ initial: 1 + 3 * room / page });
const floats = new Float32Array(memory.buffer);
const [atBias, atA, atB, atProduct] = [256, page, page + room, page + 2 * room];
const bytes = Uint8Array.from(atob(multiplyBase64), (character) => character.charCodeAt(0));
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
const loop = exports.multiply as (...numbers: number[]) => void;

/** Where the values of a matrix `[m, k]` lie. */
interface Steps {
  readonly m: number;
  readonly k: number;
  readonly rowStep: number;
  readonly columnStep: number;
}

/** The loop takes four rows and eight columns at a time; what is beyond the last is let be. */
function multiply(
  a: Float32Array,
  { m, k, rowStep, columnStep }: Steps,
  b: Matrix,
  bias?: Float32Array,
): Matrix {
  const n = b.shape[1];
  const width = Math.ceil(n / 8) * 8;
  if (Math.max(a.length, k * width, (m + 3) * width) > room) {
    throw new RangeError(`product expects matrices of at most ${room} values: got ${[m, k, n]}`);
  }
  floats.set(a, atA);
  for (let p = 0; p < k; p++) floats.set(b.data.subarray(p * n, (p + 1) * n), atB + p * width);
  floats.fill(0, atBias, atBias + width);
  if (bias) floats.set(bias, atBias);
  const [addressOfA, rowBytes, columnBytes] = [4 * atA, 4 * rowStep, 4 * columnStep];
  const others = [4 * atB, 4 * atBias, 4 * atProduct, m, k, width];
  loop(addressOfA, rowBytes, columnBytes, ...others);
  if (width === n) return matrix(m, n, floats.slice(atProduct, atProduct + m * n));
  const y = matrix(m, n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) y.data[i * n + j] = floats[atProduct + i * width + j];
  }
  return y;
}
