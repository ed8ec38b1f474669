import assert from "node:assert/strict";
import { type Matrix, matrix, product, productOfTransposed, transpose } from "./matrices.ts";
import { randomOf } from "./random.ts";

const { normal } = randomOf(0).noise;
const draw = (rows: number, columns: number) => matrix(rows, columns, normal(rows * columns));

/** By the definition, in float64. */
function expected(a: Matrix, b: Matrix, bias: Float32Array): number[][] {
  const [m, k] = a.shape;
  const n = b.shape[1];
  return Array.from({ length: m }, (_, i) =>
    Array.from({ length: n }, (_, j) => {
      let sum = bias[j];
      for (let p = 0; p < k; p++) sum += a.data[i * k + p] * b.data[p * n + j];
      return sum;
    }));
}

Deno.test("products are those of the definition, of any shape, and leave nothing for the next", () => {
  for (
    const [m, k, n] of [[1, 1, 1], [5, 3, 2], [256, 64, 64], [4, 8, 8], [1, 64, 1], [3, 70, 9]]
  ) {
    const [a, b, bias] = [draw(m, k), draw(k, n), normal(n)];
    const close = (y: Matrix, rows: number[][]) => {
      assert.deepEqual(y.shape, [m, n]);
      rows.flat().forEach((value, i) => assert.ok(Math.abs(y.data[i] - value) < 1e-4));
    };
    close(product(a, b, bias), expected(a, b, bias));
    close(productOfTransposed(transpose(a), b), expected(a, b, new Float32Array(n)));
  }
});

Deno.test("a product that there is no room for is refused", () => {
  assert.throws(() => product(matrix(2000, 200), matrix(200, 8)), RangeError);
});
