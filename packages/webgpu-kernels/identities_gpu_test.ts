import assert from "node:assert/strict";
import { BatchRenorm2d } from "@renorm/core-math";
import { cpuStep, gpuStep } from "@renorm/parity/gpu_step";
import { withDevice } from "@renorm/testing/gpu/with_device";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import { GpuBatchNorm } from "./gpu_batch_norm.ts";
import { GpuBatchRenorm } from "./gpu_batch_renorm.ts";
import { download, upload } from "./tensors/transfer.ts";

const shape = [4, 6, 9, 10];

Deno.test("batch renorm with rmax 1 and dmax 0 is batch norm bit for bit on the GPU", async () => {
  await withDevice(async (device) => {
    const random = seededRandom(1);
    const norm = new GpuBatchNorm(device, 6);
    const limits = { rmax: 1, dmax: 0 };
    const renorm = new GpuBatchRenorm(device, 6, { ...limits, runningVariance: "unbiased" });
    for (let step = 0; step < 3; step++) {
      const [x, dy] = [randomTensor(shape, random), randomTensor(shape, random)];
      assert.deepEqual(await gpuStep(renorm, x, dy), await gpuStep(norm, x, dy));
    }
  });
});

Deno.test("several steps recorded in one encoder each see their own limits and statistics", async () => {
  await withDevice(async (device) => {
    // More steps than the uniform ring has slots at first.
    const steps = 300;
    const options = { warmupSteps: 400, momentum: 0.05 };
    const cpu = new BatchRenorm2d(6, options);
    const gpu = new GpuBatchRenorm(device, 6, options);
    const random = seededRandom(2);
    const batches = Array.from({ length: 4 }, (_, i) => randomTensor(shape, random, { shift: i }));
    const uploaded = batches.map((batch) => upload(device, batch));
    const y = upload(device, batches[0]);
    const encoder = device.createCommandEncoder();
    for (let i = 0; i < steps; i++) {
      cpu.forward(batches[i % 4]);
      gpu.forward(encoder, uploaded[i % 4], y);
    }
    device.queue.submit([encoder.finish()]);
    assert.equal(gpu.renormStep, steps);
    const expected = cpu.stateDict();
    const actual = await gpu.stateDict();
    for (const key of ["running_mean", "running_var"] as const) {
      actual[key]!.forEach((value, c) => assert.ok(Math.abs(value - expected[key]![c]) < 2e-5));
    }
    const last = cpu.forward(batches[0], { updateStats: false });
    const again = device.createCommandEncoder();
    gpu.forward(again, uploaded[0], y, { updateStats: false });
    device.queue.submit([again.finish()]);
    (await download(device, y)).data.forEach((value, i) => {
      assert.ok(Math.abs(value - last.data[i]) < 1e-4);
    });
  });
});

Deno.test("updateStats: false and eval move nothing on the GPU", async () => {
  await withDevice(async (device) => {
    const gpu = new GpuBatchRenorm(device, 6);
    const random = seededRandom(3);
    await gpuStep(gpu, randomTensor(shape, random), randomTensor(shape, random));
    const before = await gpu.stateDict();
    const x = upload(device, randomTensor(shape, random));
    const y = upload(device, randomTensor(shape, random));
    const encoder = device.createCommandEncoder();
    gpu.forward(encoder, x, y, { updateStats: false });
    gpu.eval().forward(encoder, x, y);
    device.queue.submit([encoder.finish()]);
    assert.deepEqual(await gpu.stateDict(), before);
  });
});

Deno.test("an empty batch records nothing, and its gradients are zero", async () => {
  await withDevice(async (device) => {
    const gpu = new GpuBatchRenorm(device, 6);
    const before = await gpu.stateDict();
    const empty = { data: new Float32Array(0), shape: [0, 6, 2, 2] };
    const result = await gpuStep(gpu, empty, empty);
    assert.deepEqual(result.state, before);
    assert.deepEqual([...result.weightGrad, ...result.biasGrad], new Array(12).fill(0));
  });
});

Deno.test("tensors beyond the binding limit are worked through in slabs, of every kind", async () => {
  await withDevice(async (device) => {
    assert.equal(device.limits.maxStorageBufferBindingSize, 2 ** 27);
    // Over 128 MiB each: cut between samples, between channels, inside a channel, between rows.
    for (
      const shape of [[3, 2, 3000, 2000], [1, 3, 3500, 3500], [1, 1, 6001, 6001], [9_000_001, 4]]
    ) {
      const isRows = shape.length === 2;
      const full = isRows ? [shape[0], 1, 1, shape[1]] : shape;
      const layout = isRows ? "channels-last" : "channels-first";
      const channels = shape[1];
      const random = seededRandom(4);
      const data = new Float32Array(shape.reduce((a, b) => a * b, 1)).map(() => random() - 0.3);
      const x = { data, shape: full };
      const dy = { data: data.map((value, i) => i % 3 === 0 ? -value : 0.5), shape: full };
      const options = { layout, warmupSteps: 0, rmax: 1.5, dmax: 0.5 } as const;
      const cpu = new BatchRenorm2d(channels, options);
      const gpu = new GpuBatchRenorm(device, channels, options);
      const expected = cpuStep(cpu, x, dy);
      const actual = await gpuStep(gpu, x, dy);
      for (const name of ["y", "dx"] as const) {
        // The loop is by hand: these have tens of millions of values.
        let worst = 0;
        for (let i = 0; i < data.length; i++) {
          worst = Math.max(worst, Math.abs(actual[name][i] - expected[name][i]));
        }
        assert.ok(worst < 2e-5, `${name} of [${shape}]: off by ${worst}`);
      }
      for (const name of ["weightGrad", "biasGrad"] as const) {
        actual[name].forEach((value, c) => {
          assert.ok(Math.abs(value / expected[name][c] - 1) < 1e-4, `${name} of [${shape}]`);
        });
      }
      gpu.destroy();
    }
  });
});
