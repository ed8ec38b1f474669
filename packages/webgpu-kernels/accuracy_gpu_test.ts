/**
 * That errors grow neither with the tensor nor with what is in it, on the cut of every kind of
 * adapter.
 */
import assert from "node:assert/strict";
import { BatchNorm2d, type Layout, moments, type Tensor } from "@renorm/core-math";
import { cpuStep, gpuStep } from "@renorm/parity/gpu_step";
import { withDevice } from "@renorm/testing/gpu/with_device";
import { shapeIn, valuesIn } from "@renorm/testing/layout";
import { randomValues, seededRandom } from "@renorm/testing/random_tensor";
import { GpuBatchNorm } from "./gpu_batch_norm.ts";
import { GpuBatchRenorm } from "./gpu_batch_renorm.ts";
import { tuningFor } from "./plan/tuning.ts";

/** Unit roundoff of float32. */
const u = 2 ** -24;

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

/** A channel of `m` values by their place, from random ones of mean 0 and deviation 1. */
type Regime = (values: readonly number[]) => number[];

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
  "values around 1e4 after three zeros",
  "values of 1e18 after a ReLU",
];

/** A tensor whose channels are all of a regime. */
function tensorOf(regime: Regime, shape: number[], layout: Layout, random: () => number): Tensor {
  const [n, channels, ...spatial] = shape;
  const inner = spatial.reduce((a, b) => a * b, 1);
  const data = new Float32Array(n * channels * inner);
  for (let c = 0; c < channels; c++) {
    regime(randomValues(n * inner, random)).forEach((value, i) => {
      data[(Math.floor(i / inner) * channels + c) * inner + i % inner] = value;
    });
  }
  return { data: valuesIn(layout, data, shape), shape: shapeIn(layout, shape) };
}

/** The largest absolute difference; infinite where there is no number. */
function farthest(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i] - expected[i]);
    most = Number.isNaN(error) ? Infinity : Math.max(most, error);
  }
  return most;
}

function largest(values: ArrayLike<number>): number {
  return farthest(new Float32Array(values.length), values);
}

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
      // Neither a third nor its sums have few digits: a plain sum rounds the same way again and
      // again.
      const shape = shapeIn(layout, [3, 1, 361, 367]);
      const dy = { data: new Float32Array(3 * 361 * 367).fill(1 / 3), shape };
      const x = { data: dy.data.map((_, i) => i % 2 === 0 ? 1 : -1), shape };
      const gpu = new GpuBatchNorm(device, 1, { layout });
      const { biasGrad } = await gpuStep(gpu, x, dy);
      gpu.destroy();
      const off = Math.abs(biasGrad[0] / (dy.data.length * dy.data[0]) - 1);
      assert.ok(off <= 2 * u, `biasGrad, ${layout}, ${cut}: ${off / u} roundings`);
    }
  });
});

Deno.test("momentum 1 and a first cumulative batch give the batch's own statistics on a GPU", async () => {
  await withDevice(async (device) => {
    const x = tensorOf(
      (values) => values.map((value) => value * 1e-4),
      [4, 2, 5, 5],
      "channels-first",
      seededRandom(13),
    );
    for (const momentum of [1, null, 0.9999]) {
      const [gpu, cpu] = [
        new GpuBatchNorm(device, 2, { momentum }),
        new BatchNorm2d(2, { momentum }),
      ];
      const start = { ...cpu.stateDict(), running_mean: new Float32Array(2).fill(1e-3) };
      cpu.loadStateDict(start);
      gpu.loadStateDict(start);
      const [expected, actual] = [cpuStep(cpu, x, x).state, (await gpuStep(gpu, x, x)).state];
      gpu.destroy();
      for (const key of ["running_mean", "running_var"] as const) {
        actual[key]!.forEach((value, c) => {
          const off = Math.abs(value / expected[key]![c] - 1);
          assert.ok(off <= 16 * u, `${key}[${c}] at momentum ${momentum}: ${off / u} roundings`);
        });
      }
    }
  });
});

Deno.test("open limits give what inference gives on a GPU, of 1000 ± 0.01", async () => {
  await withDevice(async (device) => {
    const open = { eps: 1e-12, warmupSteps: 0, rmax: 1e3, dmax: 1e3 };
    const gpu = new GpuBatchRenorm(device, 2, open);
    const running = { running_mean: [1000, 1000], running_var: [1e-4, 1e-4] };
    gpu.loadStateDict({ weight: [1, 1], bias: [0, 0], ...running, num_batches_tracked: 0 });
    const around1000 = (values: readonly number[]) => values.map((value) => 1000 + 0.01 * value);
    const x = tensorOf(around1000, [4, 2, 5, 5], "channels-first", seededRandom(15));
    const { y } = await gpuStep(gpu, x, x);
    gpu.destroy();
    const std = Math.sqrt(Math.fround(1e-4) + 1e-12);
    const off = farthest(y, x.data.map((value) => (value - 1000) / std));
    assert.ok(off <= 1e-5, `off by ${off}`);
  });
});

Deno.test("momentum null keeps the plain average of batches that differ on a GPU", async () => {
  await withDevice(async (device) => {
    const random = seededRandom(14);
    const gpu = new GpuBatchNorm(device, 2, { momentum: null });
    const cpu = new BatchNorm2d(2, { momentum: null });
    for (let step = 1; step <= 4; step++) {
      const regime = (values: readonly number[]) => values.map((value) => step * (1 + value));
      const x = tensorOf(regime, [4, 2, 5, 5], "channels-first", random);
      const [expected, actual] = [cpuStep(cpu, x, x).state, (await gpuStep(gpu, x, x)).state];
      for (const key of ["running_mean", "running_var"] as const) {
        const off = farthest(actual[key]!, expected[key]!);
        assert.ok(off <= 16 * u * largest(expected[key]!), `${key} after ${step}: off by ${off}`);
      }
    }
    gpu.destroy();
  });
});

Deno.test("a batch like the running statistics leaves them as they are at any momentum on a GPU", async () => {
  await withDevice(async (device) => {
    // Mean 0.75 and variance 0.0625 without a rounding.
    const x = { data: Float32Array.of(0.5, 1, 0.5, 1), shape: [1, 1, 2, 2] };
    const start = {
      weight: [1],
      bias: [0],
      running_mean: [0.75],
      running_var: [0.0625],
      num_batches_tracked: 0,
    };
    for (const momentum of [0, 0.1, 0.3, 0.5, 0.7, 0.999, 1]) {
      const gpu = new GpuBatchNorm(device, 1, { momentum, runningVariance: "biased" });
      gpu.loadStateDict(start);
      const { state } = await gpuStep(gpu, x, x);
      gpu.destroy();
      assert.deepEqual([...state.running_mean!, ...state.running_var!], [0.75, 0.0625]);
    }
  });
});

Deno.test("an eps below float32's range works as on the CPU for a constant channel", async () => {
  await withDevice(async (device) => {
    const x = { data: new Float32Array(4).fill(2), shape: [1, 1, 2, 2] };
    for (const eps of [1e-30, 1e-38, 1e-40, 1e-46, 1e-300]) {
      const gpu = new GpuBatchNorm(device, 1, { eps });
      const { y, dx } = await gpuStep(gpu, x, {
        data: Float32Array.of(1, 2, 3, 4),
        shape: x.shape,
      });
      gpu.destroy();
      assert.deepEqual([...y], [0, 0, 0, 0], `${eps}`);
      assert.ok(dx.every(Number.isFinite), `${eps}`);
    }
  });
});
