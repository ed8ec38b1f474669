/**
 * The running statistics on a GPU: what they keep, what they leave behind, and what comes of them.
 */
import assert from "node:assert/strict";
import { BatchNorm2d, BatchRenorm2d } from "@renorm/core-math";
import { cpuStep, gpuStep } from "@renorm/parity/gpu_step";
import { withDevice } from "@renorm/testing/gpu/with_device";
import { seededRandom } from "@renorm/testing/random_tensor";
import { farthest, largest, tensorOf, u } from "./testing/accuracy.ts";
import { GpuBatchNorm } from "./gpu_batch_norm.ts";
import { GpuBatchRenorm } from "./gpu_batch_renorm.ts";

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

Deno.test("a single value goes by the running statistics on a GPU where it is told to, and moves nothing", async () => {
  await withDevice(async (device) => {
    const options = { onSingleValue: "running" } as const;
    const [gpu, cpu] = [new GpuBatchRenorm(device, 2, options), new BatchRenorm2d(2, options)];
    const state = {
      ...{ weight: [2, -1], bias: [1, 0], running_mean: [1, -3], running_var: [4, 0.25] },
      num_batches_tracked: 7,
    };
    gpu.loadStateDict(state);
    cpu.loadStateDict(state);
    const x = { data: Float32Array.of(3, 5), shape: [1, 2, 1, 1] };
    const [expected, actual] = [cpuStep(cpu, x, x), await gpuStep(gpu, x, x)];
    const plain = new GpuBatchRenorm(device, 2);
    await assert.rejects(() => gpuStep(plain, x, x), /more than 1 value per channel when training/);
    [gpu, plain].forEach((layer) => layer.destroy());
    assert.deepEqual(actual.state, expected.state);
    for (const key of ["y", "dx"] as const) {
      const [a, b] = [actual, expected].map((step) => [...step[key]]);
      a.forEach((value, i) => assert.ok(Math.abs(value - b[i]) <= 4 * u * Math.abs(b[i]), key));
    }
  });
});
