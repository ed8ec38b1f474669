import assert from "node:assert/strict";
import { torchGenerator } from "./torch_random.ts";

/** What PyTorch drew. */
interface GoldenNumbers {
  readonly rows: readonly {
    readonly seed: number;
    readonly size: number;
    readonly first: readonly number[];
    readonly last: readonly number[];
    readonly secondCallFirst: readonly number[];
    readonly mean: number;
    readonly min: number;
    readonly max: number;
  }[];
}

const golden: GoldenNumbers = JSON.parse(
  await Deno.readTextFile(new URL("../../parity/golden/torch_randn.json", import.meta.url)),
);

/** One float32 step for values in [4, 8), where the largest of the golden values lie. */
const tolerance = 2 ** -21;

function assertClose(actual: ArrayLike<number>, expected: readonly number[], name: string): void {
  assert.equal(actual.length, expected.length, name);
  expected.forEach((value, i) => {
    const error = Math.abs(actual[i] - value);
    assert.ok(error <= tolerance, `${name}[${i}]: got ${actual[i]}, expected ${value}`);
  });
}

for (const row of golden.rows) {
  Deno.test(`randn(${row.size}) twice after seed ${row.seed} is what PyTorch draws`, () => {
    const generator = torchGenerator(row.seed);
    const values = generator.randn(row.size);
    const second = generator.randn(row.size);
    assert.equal(values.length, row.size);
    assertClose(values.subarray(0, row.first.length), row.first, "first");
    assertClose(values.subarray(row.size - row.last.length), row.last, "last");
    assertClose(
      second.subarray(0, row.secondCallFirst.length),
      row.secondCallFirst,
      "secondCallFirst",
    );
    const summary = [
      values.reduce((sum, value) => sum + value, 0) / row.size,
      values.reduce((a, b) => Math.min(a, b)),
      values.reduce((a, b) => Math.max(a, b)),
    ];
    assertClose(summary, [row.mean, row.min, row.max], "mean, min, max");
  });
}

Deno.test("short calls of randn() draw one stream, however it is cut", () => {
  const { first } = golden.rows.find((row) => row.seed === 0 && row.size === 15)!;
  const generator = torchGenerator(0);
  const pieces = [1, 0, 4, 10].flatMap((size) => [...generator.randn(size)]);
  assertClose(pieces, first, "pieces");
});

Deno.test("a long randn() leaves the cached second value for the next short one", () => {
  const [, secondOfPair] = golden.rows.find((row) => row.seed === 0 && row.size === 5)!.first;
  const generator = torchGenerator(0);
  generator.randn(1);
  generator.randn(16);
  assertClose(generator.randn(1), [secondOfPair], "cached");
});

Deno.test("randn() refuses a size that is not a count", () => {
  const generator = torchGenerator(0);
  assert.throws(() => generator.randn(1.5), {
    name: "TypeError",
    message: "randn expects an integer size: got 1.5",
  });
  assert.throws(() => generator.randn(-1), {
    name: "RangeError",
    message: "randn expects a size of at least 0: got -1",
  });
});
