/** Digits that float32 has and that a plain sum would lose. */
import assert from "node:assert/strict";
import { batchRenormForward } from "@renorm/core-math";
import { randomValues, seededRandom } from "@renorm/testing/random_tensor";
import * as jax from "@jax-js/jax";
import { assertClose } from "@renorm/testing/assertions";
import { arrayOf, functions, onDevice, read } from "./testing/batches.ts";
import { assertSparseDigits, both, normals, plane } from "./testing/digits.ts";

const { batchNorm, batchRenorm, initialState } = functions;

const hard: Readonly<Record<string, Float32Array>> = {
  "after a ReLU": normals(181 * 181).map((value) => Math.max(0, value)),
  "about 1e4 with a padded 0 first": normals(181 * 181).map((value, i) =>
    i === 0 ? 0 : value + 1e4
  ),
  "with 1e6 first": normals(181 * 181).map((value, i) => i === 0 ? 1e6 : value),
  "with 1e5 in the middle": normals(181 * 181).map((value, i) => i === 16_000 ? 1e5 : value),
  "of 1e18": normals(181 * 181).map((value) => value * 1e18),
  "of 1e-18": normals(181 * 181).map((value) => value * 1e-18),
};

for (const [name, x] of Object.entries(hard)) {
  Deno.test(`a plane of a prime side ${name} is normalised to float32's digits, gradients too`, async () => {
    const { actual, expected } = await both(x, plane, { momentum: 1 });
    for (const what of ["y", "dx"] as const) assertClose(actual[what], expected[what]!, 2e-6, what);
    const noise = 2 ** -24 * Math.sqrt(x.length);
    const { dWeight, dBias } = expected;
    assert.ok(Math.abs(actual.dWeight[0] - dWeight![0]) < 12 * noise, "dWeight");
    assert.ok(Math.abs(actual.dBias[0] - dBias![0]) < 12 * noise, "dBias");
    const { runningMean, runningVar } = expected;
    const deviation = Math.sqrt(runningVar[0] / x.length);
    const allowed = 2 ** -24 * (Math.abs(runningMean[0]) + 12 * deviation);
    assert.ok(Math.abs(actual.runningMean[0] - runningMean[0]) < allowed, "running mean");
    const off = Math.abs(actual.runningVar[0] / runningVar[0] - 1);
    assert.ok(off < 2 ** -20, `running variance off by ${off} of itself`);
  });
}

for (
  const [device, shape, isMasked] of [
    // On the cpu a kernel computes in float64 what it does not read from an array.
    ["cpu", plane, false],
    ["wasm", plane, false],
    ["wasm", plane, true],
    ["wasm", [181 * 181, 1], false],
  ] as const
) {
  const where = `${shape} on ${device}${isMasked ? ", masked" : ""}`;
  Deno.test(`values far above their mean are not all rounded the same way: ${where}`, () =>
    onDevice(device, () => assertSparseDigits(shape, isMasked)));
}

Deno.test("units come from the values, whatever the first of them and the mean are", async () => {
  for (const size of [1e-21, 1e-15, 1, 1e8, 1e18, 1e21]) {
    const x = Float32Array.of(0, size, -size, 0);
    // No eps that a float32 holds counts beside the variance of any of them.
    const { actual, expected } = await both(x, [4, 1], { momentum: 1, eps: 1e-50 });
    assertClose(actual.y, expected.y, 1e-6, `y of ${size}`);
    assertClose(actual.dx, expected.dx!, 1e-6, `dx of ${size}`);
    const [variance, wanted] = [actual.runningVar[0], expected.runningVar[0]];
    // Float32 holds no square of the smallest and the largest.
    if (wanted < 1e-37 || wanted > 1e37) continue;
    assert.ok(Math.abs(variance / wanted - 1) < 2 ** -22, `${variance} rather than ${wanted}`);
  }
});

Deno.test("the first batch at momentum 1 or null is all that the statistics keep", async () => {
  for (const momentum of [1, null]) {
    const x = normals(60).map((value) => 1e-4 * value);
    const { actual, expected } = await both(x, [4, 3, 5], { momentum });
    for (const what of ["runningMean", "runningVar"] as const) {
      for (const [c, value] of expected[what].entries()) {
        assert.ok(Math.abs(actual[what][c] - value) <= 2 ** -21 * Math.abs(value), `${what} ${c}`);
      }
    }
  }
});

Deno.test("statistics that agree with the batch stay, at any momentum", async () => {
  for (const momentum of [0, 0.1, 0.3, 0.9, 0.99, 1]) {
    // Mean 0.1 and unbiased variance 0: a constant channel.
    const state = {
      ...initialState(1),
      runningMean: arrayOf(Float32Array.of(0.1)),
      runningVar: arrayOf(Float32Array.of(0)),
    };
    const x = arrayOf(new Float32Array(6).fill(0.1), [6, 1]);
    const [y, next] = batchNorm(x, {}, state, { momentum });
    const { runningMean, runningVar } = await read(next);
    assert.deepEqual([runningMean[0], runningVar[0]], [Math.fround(0.1), 0], `${momentum}`);
    assert.ok([...await read(y)].every((value) => value === 0));
  }
});

Deno.test("d takes the mean that x is centred by, where the first value lies beside it", async () => {
  // The distance from the first value to the mean has digits that a float32 of 20000 has not.
  const limits = { rmax: 1e3, dmax: 1e3 };
  const channels = 24;
  const random = seededRandom(7);
  const x = Float32Array.from(randomValues(40 * channels, random), (value) => 20331 + value);
  for (let c = 0; c < channels; c++) x[c] = 20331 + c / 64;
  const runningVar = new Float32Array(channels).fill(1);
  const runningMean = new Float32Array(channels).fill(20331);
  const shape = [40, channels];
  const running = { runningMean: runningMean.slice(), runningVar: runningVar.slice() };
  const expected = batchRenormForward({ data: x, shape }, running, limits).y.data;
  for (const device of ["cpu", "wasm"] as const) {
    await onDevice(device, async () => {
      const state = {
        runningMean: arrayOf(runningMean),
        runningVar: arrayOf(runningVar),
        numBatchesTracked: jax.numpy.array(0, { dtype: jax.numpy.int32 }),
      };
      const [y] = await read(batchRenorm(arrayOf(x, shape), {}, state, limits));
      assertClose(y, expected, 1e-6, `y on ${device}`);
    });
  }
});
