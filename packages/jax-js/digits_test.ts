/** Digits that float32 has and that a plain sum would lose. */
import assert from "node:assert/strict";
import { batchNormBackward, batchNormForward, batchRenormForward } from "@renorm/core-math";
import { randomValues, seededRandom } from "@renorm/testing/random_tensor";
import * as jax from "@jax-js/jax";
import { assertClose } from "@renorm/testing/assertions";
import { arrayOf, functions, read, stepOf } from "./testing/batches.ts";

const { batchNorm, batchRenorm, initialState } = functions;

/** Batch norm of x here, and in core-math, whose sums are float64. */
async function both(
  x: Float32Array,
  shape: readonly number[],
  options: { momentum: number | null },
  { dyMean = 0, isMasked = false } = {},
) {
  const { numpy: np } = jax;
  const dy = Float32Array.from(randomValues(x.length, seededRandom(3)), (value) => value + dyMean);
  const all = () => np.ones([shape[0], ...shape.slice(2)]).greater(0);
  const step = stepOf((x, params, state) =>
    batchNorm(x, params, state, { ...options, ...isMasked && { mask: all() } })
  );
  const channels = shape[1];
  const params = { weight: np.ones([channels]), bias: np.zeros([channels]) };
  const given = [arrayOf(x, shape), params, initialState(channels), arrayOf(dy, shape)] as const;
  const [[dx, gradients], [y, state]] = await read(step(...given));
  // From 0 on, so that nothing of the old value can be left in what is expected.
  const running = {
    runningMean: new Float32Array(channels),
    runningVar: new Float32Array(channels),
  };
  const weight = new Float32Array(channels).fill(1);
  const bias = new Float32Array(channels);
  const forward = batchNormForward({ data: x, shape }, { weight, bias, ...running }, {
    ...options,
    momentum: 1,
  });
  const backward = batchNormBackward({ data: dy, shape }, forward.saved);
  const { weight: dWeight, bias: dBias } = gradients;
  return {
    actual: { y, dx, dWeight, dBias, ...state },
    expected: { ...backward, dx: backward.dx.data, y: forward.y.data, ...running },
  };
}

const plane = [1, 1, 181, 181];
const normals = (length: number) => Float32Array.from(randomValues(length, seededRandom(1)));
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

/** One pair in twenty of values and their negatives, so that the mean is far below all of them. */
function sparse(): Float32Array {
  const x = new Float32Array(181 * 181);
  normals(800).forEach((value, i) => [x[40 * i + 3], x[40 * i + 21]] = [8 * value, -8 * value]);
  x[100] = 1.3;
  return x;
}

for (const [shape, isMasked] of [[plane, false], [plane, true], [[181 * 181, 1], false]] as const) {
  const where = `${shape}${isMasked ? ", masked" : ""}`;
  Deno.test(`values far above their mean are not all rounded the same way: ${where}`, async () => {
    const x = sparse();
    const { actual, expected } = await both(x, shape, { momentum: 1 }, { dyMean: 10, isMasked });
    const noise = 2 ** -24 * Math.sqrt(x.length);
    const off = Math.abs(actual.dWeight[0] - expected.dWeight![0]);
    assert.ok(off < 120 * noise, `dWeight off by ${off / noise} times the noise`);
    const [{ runningMean: [mean] }, { runningMean: [wanted], runningVar }] = [actual, expected];
    const deviation = Math.sqrt(runningVar[0] / x.length);
    assert.ok(Math.abs(mean - wanted) < 2 ** -24 * 12 * deviation, `${mean} rather than ${wanted}`);
  });
}

Deno.test("units come from the values, whatever the first of them and the mean are", async () => {
  for (const size of [1e-15, 1, 1e8, 1e18]) {
    const x = Float32Array.of(0, size, -size, 0);
    const { actual, expected } = await both(x, [4, 1], { momentum: 1 });
    assertClose(actual.y, expected.y, 1e-6, `y of ${size}`);
    assertClose(actual.dx, expected.dx!, 1e-6, `dx of ${size}`);
    const off = Math.abs(actual.runningVar[0] / expected.runningVar[0] - 1);
    assert.ok(off < 2 ** -22, `the running variance of ${size} is off by ${off} of itself`);
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
  const before = jax.defaultDevice();
  // On the cpu a kernel computes in float64 what it does not read from an array.
  for (const device of ["cpu", "wasm"] as const) {
    await jax.init(device);
    jax.defaultDevice(device);
    const state = {
      runningMean: arrayOf(runningMean),
      runningVar: arrayOf(runningVar),
      numBatchesTracked: jax.numpy.array(0, { dtype: jax.numpy.int32 }),
    };
    const [y] = await read(batchRenorm(arrayOf(x, shape), {}, state, limits));
    assertClose(y, expected, 1e-6, `y on ${device}`);
  }
  jax.defaultDevice(before);
});
