import assert from "node:assert/strict";
import {
  BatchNorm1d,
  BatchNorm2d,
  BatchRenorm1d,
  BatchRenorm2d,
  moments,
  type Tensor,
} from "@renorm/core-math";
import { cpuStep, gpuStep, type StepResult } from "@renorm/parity/gpu_step";
import { fc } from "@renorm/testing/fast_check";
import { withDevice } from "@renorm/testing/gpu/with_device";
import { shapeIn, valuesIn } from "@renorm/testing/layout";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import { GpuBatchNorm } from "./gpu_batch_norm.ts";
import { GpuBatchRenorm } from "./gpu_batch_renorm.ts";

/** Unit roundoff of float32. */
const u = 2 ** -24;

function largest(values: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]));
  return most;
}

/** What rounds in a step: the sizes of x, dy, z and of the factors in front of them. */
interface Sizes {
  readonly x: number;
  readonly dy: number;
  readonly z: number;
  /** weight·r/√(variance + eps), at its largest. */
  readonly factor: number;
  /** weight/√(runningVar + eps), at its largest. */
  readonly running: number;
  readonly runningStd: number;
  readonly m: number;
}

/**
 * How far float32 on a GPU may be from the float64 reference: 16 roundings, which is the golden
 * rule at k = 4, of the largest number that goes into a result; what is left of it by cancellation
 * is smaller.
 */
function assertNear(actual: StepResult, expected: StepResult, sizes: Sizes): void {
  const { x, dy, z, factor, running, runningStd, m } = sizes;
  // The error of a sum of m random terms grows with √m.
  const sum = Math.sqrt(m) * dy;
  const { running_mean, running_var } = expected.state;
  const scales: [string, ArrayLike<number>, ArrayLike<number>, number][] = [
    // The running mean is a float32 of the size of x, and the correction d is taken from it.
    ["y", actual.y, expected.y, Math.max(largest(expected.y), x * running)],
    ["dx", actual.dx, expected.dx, factor * dy * (1 + z * z)],
    ["weightGrad", actual.weightGrad, expected.weightGrad, sum * (2 + 2 * z + x / runningStd)],
    ["biasGrad", actual.biasGrad, expected.biasGrad, sum],
    ["running_mean", actual.state.running_mean!, running_mean!, x],
    ["running_var", actual.state.running_var!, running_var!, largest(running_var!)],
  ];
  for (const [name, values, wanted, scale] of scales) {
    assert.equal(values.length, wanted.length);
    for (let i = 0; i < wanted.length; i++) {
      const error = Math.abs(values[i] - wanted[i]);
      const text = `${name}[${i}]: ${values[i]}, not ${wanted[i]}, ${JSON.stringify(sizes)}`;
      assert.ok(error <= 16 * u * scale, text);
    }
  }
}

const options = { warmupSteps: 0, rmax: 2, dmax: 1, momentum: 0.25 } as const;

/** Runs two steps on both and compares each. */
async function compare(
  device: GPUDevice,
  shape: number[],
  layout: "channels-first" | "channels-last",
  seed: number,
  scale = 1,
  shift = 0,
): Promise<void> {
  const channels = shape[1];
  const Layer = shape.length === 2 ? BatchRenorm1d : BatchRenorm2d;
  const cpu = new Layer(channels, { ...options, layout });
  const gpu = new GpuBatchRenorm(device, channels, { ...options, layout });
  const random = seededRandom(seed);
  const start = {
    ...cpu.stateDict(),
    weight: randomTensor([channels], random).data,
    bias: randomTensor([channels], random).data,
    running_mean: new Float32Array(channels).fill(shift * scale),
    running_var: new Float32Array(channels).fill(scale * scale),
  };
  cpu.loadStateDict(start);
  gpu.loadStateDict(start);
  for (let step = 0; step < 2; step++) {
    const tensor = (more: { scale?: number; shift?: number }): Tensor => ({
      data: valuesIn(layout, randomTensor(shape, random, more).data, shape),
      shape: shapeIn(layout, shape),
    });
    const x = tensor({ scale, shift: shift * scale });
    const dy = tensor({});
    const { mean, variance, m } = moments(x, { layout });
    const std = Math.sqrt(Math.min(...variance) + cpu.eps);
    const runningStd = Math.sqrt(Math.min(...cpu.runningVar!) + cpu.eps);
    const weight = largest(cpu.weight!);
    const factors = { factor: 2 * weight / std, running: weight / runningStd, runningStd };
    const spread = Math.max(...x.data.map((value) => Math.abs(value - shift * scale)));
    const z = (spread + largest(mean.map((value) => value - shift * scale))) / std;
    const sizes = { x: largest(x.data), dy: largest(dy.data), z, m, ...factors };
    assertNear(await gpuStep(gpu, x, dy), cpuStep(cpu, x, dy), sizes);
  }
  gpu.destroy();
}

const layouts = ["channels-first", "channels-last"] as const;

Deno.test("the kernels agree with the CPU on primes, one channel, 4096 channels, inner 1 and one sample", async () => {
  await withDevice(async (device) => {
    const shapes = [
      [2, 3, 5, 7],
      [13, 17, 1, 1],
      [7, 1, 11, 3],
      [1, 5, 2, 1],
      [1, 1, 1, 2],
      [2, 4096, 2, 3],
      [3, 4096],
      [257, 6],
      [2, 12, 16, 16],
      [5, 8, 4, 64],
    ];
    for (const [i, shape] of shapes.entries()) {
      for (const layout of layouts) await compare(device, shape, layout, i);
    }
  });
});

Deno.test("the kernels agree with the CPU on shapes drawn at random, in both layouts", async () => {
  await withDevice(async (device) => {
    const length = fc.integer({ min: 1, max: 24 });
    const shapes = fc.tuple(length, length, length, fc.integer({ min: 2, max: 24 }));
    await fc.assert(
      fc.asyncProperty(
        shapes,
        fc.constantFrom(...layouts),
        fc.nat(),
        (shape, layout, seed) => compare(device, shape, layout, seed),
      ),
      { numRuns: 40 },
    );
  });
});

Deno.test("the kernels agree with the CPU at magnitudes from 1e-15 to 1e15", async () => {
  await withDevice(async (device) => {
    for (const scale of [1e-15, 1e-8, 1e-3, 1e4, 1e10, 1e15]) {
      for (const layout of layouts) await compare(device, [4, 6, 5, 8], layout, 1, scale);
    }
  });
});

Deno.test("the kernels agree with the CPU at offsets of 1e4 standard deviations", async () => {
  await withDevice(async (device) => {
    for (const shape of [[4, 6, 5, 8], [64, 12], [2, 64, 16, 16]]) {
      for (const layout of layouts) await compare(device, shape, layout, 2, 1, 1e4);
    }
  });
});

Deno.test("an offset of 1e4 costs batch norm's output no digit: the mean is kept in two parts", async () => {
  await withDevice(async (device) => {
    for (const shape of [[4, 6, 5, 8], [64, 12], [16, 2, 64, 64]]) {
      const random = seededRandom(5);
      const x = randomTensor(shape, random, { shift: 1e4 });
      const dy = randomTensor(shape, random);
      const cpu = new (shape.length === 2 ? BatchNorm1d : BatchNorm2d)(shape[1]);
      const gpu = new GpuBatchNorm(device, shape[1]);
      const expected = cpuStep(cpu, x, dy);
      const actual = await gpuStep(gpu, x, dy);
      for (const name of ["y", "dx"] as const) {
        const worst = largest(actual[name].map((value, i) => value - expected[name][i]));
        assert.ok(worst <= 16 * u * largest(expected[name]), `${name} of [${shape}]: ${worst}`);
      }
      gpu.destroy();
    }
  });
});

Deno.test("NaN and infinity stay in their channels, and skip the running statistics there alone", async () => {
  await withDevice(async (device) => {
    for (const bad of [NaN, Infinity, -Infinity]) {
      for (const layout of layouts) {
        const shape = [4, 8, 3, 4];
        const cpu = new BatchRenorm2d(8, { ...options, layout });
        const gpu = new GpuBatchRenorm(device, 8, { ...options, layout });
        const random = seededRandom(3);
        const channelsFirst = randomTensor(shape, random);
        for (const channel of [2, 7]) channelsFirst.data[channel * 12 + 5] = bad;
        const x = {
          data: valuesIn(layout, channelsFirst.data, shape),
          shape: shapeIn(layout, shape),
        };
        const dy = { data: randomTensor(shape, random).data, shape: x.shape };
        const expected = cpuStep(cpu, x, dy);
        const actual = await gpuStep(gpu, x, dy);
        assert.equal(await gpu.skippedUpdates(), 2);
        assert.equal(cpu.skippedUpdates, 2);
        const isBad = moments(x, { layout }).variance.map((v) => Number.isFinite(v) ? 0 : 1);
        const channelOf = (i: number) =>
          layout === "channels-last" ? i % 8 : Math.floor(i / 12) % 8;
        actual.y.forEach((value, i) => {
          if (isBad[channelOf(i)]) assert.ok(!Number.isFinite(value), "no silent number");
          else assert.ok(Math.abs(value - expected.y[i]) <= 16 * u * 4, `y[${i}]`);
        });
        assert.deepEqual([...isBad.keys()].filter((c) => isBad[c]), [2, 7]);
        for (const key of ["running_mean", "running_var"] as const) {
          actual.state[key]!.forEach((value, c) => {
            assert.ok(Math.abs(value - expected.state[key]![c]) <= 16 * u * 2, `${key}[${c}]`);
          });
        }
        gpu.destroy();
      }
    }
  });
});

Deno.test("two runs on one adapter give the same bits", async () => {
  await withDevice(async (device) => {
    const random = seededRandom(4);
    const [x, dy] = [randomTensor([8, 6, 31, 33], random), randomTensor([8, 6, 31, 33], random)];
    const run = async () => {
      const layer = new GpuBatchRenorm(device, 6, options);
      const result = await gpuStep(layer, x, dy);
      layer.destroy();
      return result;
    };
    assert.deepEqual(await run(), await run());
  });
});
