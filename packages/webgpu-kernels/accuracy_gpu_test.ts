/**
 * That errors grow neither with the tensor nor with what is in it, on the cut of every kind of
 * adapter.
 */
import assert from "node:assert/strict";
import { BatchNorm2d, moments } from "@renorm/core-math";
import { cpuStep, gpuStep } from "@renorm/parity/gpu_step";
import { withDevice } from "@renorm/testing/gpu/with_device";
import { shapeIn } from "@renorm/testing/layout";
import { randomValues, seededRandom } from "@renorm/testing/random_tensor";
import { farthest, largest, type Regime, tensorOf, u } from "./testing/accuracy.ts";
import { GpuBatchNorm } from "./gpu_batch_norm.ts";
import { tuningFor } from "./plan/tuning.ts";

const layouts = ["channels-first", "channels-last"] as const;

/** Runs a test on devices that are cut as software drivers are, and as graphics processors are. */
async function onBothCuts(test: (device: GPUDevice, cut: string) => Promise<void>): Promise<void> {
  for (const description of ["llvmpipe", "a graphics processor"]) {
    await withDevice(async (device) => {
      tuningFor(device, { description });
      await test(device, description);
    });
  }
}

function withOne(value: number, place: (m: number) => number): Regime {
  return (values) => values.with(place(values.length), value);
}

const regimes: Readonly<Record<string, Regime>> = {
  "ordinary values": (values) => [...values],
  "values after a ReLU": (values) => values.map((value) => Math.max(value, 0)),
  "one value in thirty": (values) => values.map((value) => value > 1.9 ? value : 0),
  "1e6 first": withOne(1e6, () => 0),
  "1e6 in the middle": withOne(1e6, (m) => m >> 1),
  "1e6 last": withOne(1e6, (m) => m - 1),
  "a patch of values 1e4 away": (values) =>
    values.map((value, i) => Math.abs(i / values.length - 2 / 13) < 0.002 ? value + 1e4 : value),
  "values around 1e4": (values) => values.map((value) => value + 1e4),
  "values around 1e6": (values) => values.map((value) => value + 1e6),
  "sorted values": (values) => values.map((value) => value + 3).sort((a, b) => a - b),
  "values around 1e4, padded with zeros": (values) =>
    values.map((value, i) => i % 43 === 0 ? 0 : value + 1e4),
  "values around 1e4 after three zeros": (values) =>
    values.map((value, i) => i < 3 ? 0 : value + 1e4),
  "values of 1e18": (values) => values.map((value) => value * 1e18),
  "values of 1e18 after a ReLU": (values) => values.map((value) => Math.max(value * 1e18, 0)),
  "values of 1e-18": (values) => values.map((value) => value * 1e-18),
  "1e18 at one place in 173, else zeros": (values) =>
    values.map((value, i) => i % 173 === 100 ? value * 1e18 : 0),
  "values of 1e-18 after a ReLU": (values) => values.map((value) => Math.max(value * 1e-18, 0)),
};

/** The regimes that are worth the time on more than one shape. */
const alsoInPacks = [
  "ordinary values",
  "1e6 first",
  "a patch of values 1e4 away",
  "values around 1e4 after three zeros",
  "values of 1e18 after a ReLU",
];

Deno.test("float32 on a GPU holds on rows of thousands, whatever is in them, on both cuts", async () => {
  await onBothCuts(async (device, cut) => {
    // Rows of an odd length; packs of four, whose channels go the whole way, and in several pieces.
    for (const shape of [[2, 3, 41, 43], [1, 64, 16, 32], [3, 2, 64, 60]]) {
      const isFirst = shape[2] === 41;
      for (const layout of layouts) {
        for (const [name, regime] of Object.entries(regimes)) {
          if (!isFirst && !alsoInPacks.includes(name)) continue;
          const random = seededRandom(11);
          const x = tensorOf(regime, shape, layout, random);
          const dy = tensorOf((values) => [...values], shape, layout, random);
          // Momentum 1: the running statistics are those of the batch.
          const options = { momentum: 1, layout };
          const gpu = new GpuBatchNorm(device, shape[1], options);
          const expected = cpuStep(new BatchNorm2d(shape[1], options), x, dy);
          const actual = await gpuStep(gpu, x, dy);
          gpu.destroy();
          const { variance, m } = moments(x, { layout });
          // A sum of m random terms is off by this where float32 rounds each of them once.
          const walk = 4 * u * Math.sqrt(m);
          const far = (
            what: string,
            got: ArrayLike<number>,
            wanted: ArrayLike<number>,
            more = 0,
          ) => {
            const error = farthest(got, wanted);
            const allowed = 16 * u * largest(wanted) + more;
            const text = `${what} of ${name}, [${shape}] ${layout}, ${cut}: ${error} of ${allowed}`;
            assert.ok(error <= allowed, text);
          };
          const { state } = actual;
          far("y", actual.y, expected.y);
          far("dx", actual.dx, expected.dx);
          far("weightGrad", actual.weightGrad, expected.weightGrad, walk);
          far("biasGrad", actual.biasGrad, expected.biasGrad, walk);
          const std = Math.sqrt(largest(variance));
          far("running_mean", state.running_mean!, expected.state.running_mean!, walk * std / m);
          far("running_var", state.running_var!, expected.state.running_var!);
        }
      }
    }
  });
});

Deno.test("the error of a sum does not grow with its length: a quarter of a million values", async () => {
  await onBothCuts(async (device, cut) => {
    const shape = [1, 1, 512, 512];
    for (const layout of layouts) {
      for (const name of ["values after a ReLU", "1e6 first", "values around 1e4"]) {
        const random = seededRandom(12);
        const x = tensorOf(regimes[name], shape, layout, random);
        const dy = tensorOf((values) => values.map((value) => value + 1), shape, layout, random);
        const options = { momentum: 1, layout };
        const gpu = new GpuBatchNorm(device, 1, options);
        const expected = cpuStep(new BatchNorm2d(1, options), x, dy);
        const actual = await gpuStep(gpu, x, dy);
        gpu.destroy();
        for (const key of ["running_mean", "running_var"] as const) {
          const off = Math.abs(actual.state[key]![0] / expected.state[key]![0] - 1);
          assert.ok(off <= 16 * u, `${key} of ${name}, ${layout}, ${cut}: ${off / u} roundings`);
        }
        const off = Math.abs(actual.biasGrad[0] / expected.biasGrad[0] - 1);
        assert.ok(off <= 16 * u, `biasGrad, ${layout}, ${cut}: ${off / u} roundings`);
      }
    }
  });
});

Deno.test("a long sum of equal values, whose roundings add up, is right to two roundings", async () => {
  await onBothCuts(async (device, cut) => {
    for (const layout of layouts) {
      // Neither a third nor its square nor sums of them have few digits: a plain sum rounds the
      // same way again and again.
      const shape = shapeIn(layout, [3, 1, 361, 367]);
      const dy = { data: new Float32Array(3 * 361 * 367).fill(1 / 3), shape };
      const x = { data: dy.data.map((value, i) => i % 2 === 0 ? value : -value), shape };
      const gpu = new GpuBatchNorm(device, 1, { layout, momentum: 1, runningVariance: "biased" });
      const { biasGrad, state } = await gpuStep(gpu, x, dy);
      const { weightGrad } = await gpuStep(gpu, x, x);
      gpu.destroy();
      const within = (roundings: number, what: string, actual: number, expected: number) => {
        const off = Math.abs(actual / expected - 1);
        assert.ok(off <= roundings * u, `${what}, ${layout}, ${cut}: ${off / u} roundings`);
      };
      within(2, "biasGrad", biasGrad[0], dy.data.length * dy.data[0]);
      // Beside the deviation the mean is nothing, and eps is a little.
      const { length } = dy.data;
      const std = Math.sqrt(dy.data[0] ** 2 + 1e-5);
      within(4, "weightGrad", weightGrad[0], length * dy.data[0] ** 2 / std);
      // A square is rounded before it is added, and the sum is divided.
      within(8, "running_var", state.running_var![0], dy.data[0] ** 2);
    }
  });
});

Deno.test("the mean of whole numbers is right to two roundings, however far apart they are", async () => {
  await onBothCuts(async (device, cut) => {
    for (const shape of [[2, 1, 41, 43], [3, 1, 64, 60]]) {
      for (const layout of layouts) {
        // Sums are exact; a shift or a step between two means that is rounded is off by much more.
        const m = shape[0] * shape[2] * shape[3];
        const half = randomValues(m / 2, seededRandom(16)).map((value) => Math.round(1000 * value));
        const values = [...half.sort((a, b) => a - b), ...half.map((value) => -value)];
        const data = Float32Array.from(values, (value, i) => value + (i % 7 === 0 ? 1 : 0));
        const gpu = new GpuBatchNorm(device, 1, { momentum: 1, layout });
        const x = { data, shape: shapeIn(layout, shape) };
        const { running_mean } = (await gpuStep(gpu, x, x)).state;
        gpu.destroy();
        const off = Math.abs(running_mean![0] / (Math.ceil(m / 7) / m) - 1);
        assert.ok(off <= 2 * u, `of [${shape}], ${layout}, ${cut}: ${off / u} roundings`);
      }
    }
  });
});

Deno.test("equal gradients add nothing to dWeight but the roundings of x", async () => {
  await onBothCuts(async (device, cut) => {
    for (const layout of layouts) {
      // A mean with many digits would round all large values the same way.
      const shape = [2, 3, 61, 67];
      const x = tensorOf(
        (values) => values.map((value) => value + 0.3),
        shape,
        layout,
        seededRandom(17),
      );
      const dy = { data: new Float32Array(x.data.length).fill(1), shape: x.shape };
      const gpu = new GpuBatchNorm(device, 3, { layout });
      const { weightGrad } = await gpuStep(gpu, x, dy);
      gpu.destroy();
      const allowed = 8 * u * Math.sqrt(x.data.length / 3);
      const off = largest(weightGrad);
      assert.ok(off <= allowed, `${layout}, ${cut}: ${off} of ${allowed}`);
    }
  });
});

Deno.test("a centre with many digits is not what the mean of values around 0 is off by", async () => {
  await onBothCuts(async (device, cut) => {
    for (const layout of layouts) {
      const [channels, m] = [16, 2 * 61 * 67];
      const x = tensorOf((values) => [...values], [2, channels, 61, 67], layout, seededRandom(18));
      const gpu = new GpuBatchNorm(device, channels, { layout, momentum: 1 });
      const { running_mean } = (await gpuStep(gpu, x, x)).state;
      gpu.destroy();
      const { mean } = moments(x, { layout });
      const squares = running_mean!.map((value, c) => (value - mean[c]) ** 2);
      const off = Math.sqrt(squares.reduce((sum, square) => sum + square) / channels);
      const allowed = 6 * u / Math.sqrt(m);
      assert.ok(off <= allowed, `${layout}, ${cut}: ${off} of ${allowed}`);
    }
  });
});
