import assert from "node:assert/strict";
import { gpuStep } from "@renorm/parity/gpu_step";
import { requestTestDevice } from "@renorm/testing/gpu/request_device";
import { withDevice } from "@renorm/testing/gpu/with_device";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import { GpuBatchNorm } from "./gpu_batch_norm.ts";
import { GpuBatchRenorm } from "./gpu_batch_renorm.ts";
import { createWorkspace } from "./record/workspace.ts";
import { download, upload } from "./tensors/transfer.ts";
import { shape, uploadedTensors } from "./testing/uploaded_tensors.ts";

Deno.test("a lost device gives one clear error, and the last state goes on bit for bit on a new one", async () => {
  const random = seededRandom(2);
  const batches = Array.from({ length: 6 }, () => randomTensor(shape, random));
  const options = { warmupSteps: 5 };
  const steady = await requestTestDevice(navigator.gpu);
  const uninterrupted = new GpuBatchRenorm(steady, 3, options);
  const lost = await requestTestDevice(navigator.gpu);
  const first = new GpuBatchRenorm(lost, 3, options);
  for (const batch of batches.slice(0, 3)) {
    await gpuStep(uninterrupted, batch, batch);
    await gpuStep(first, batch, batch);
  }
  const saved = await first.stateDict();
  const [x, y] = uploadedTensors(lost, 2);
  lost.destroy();
  await lost.lost;
  const message = /^GpuBatchRenorm expects a device in use: got a lost one \(destroyed/;
  assert.throws(() => first.forward({} as GPUCommandEncoder, x, y), { message });
  await assert.rejects(() => first.stateDict(), { message });
  await assert.rejects(() => download(lost, y), { message: /^download expects a device in use/ });
  assert.throws(() => upload(lost, batches[0]), { message: /^upload expects a device in use/ });
  assert.throws(() => new GpuBatchNorm(lost, 3), {
    message: /^GpuBatchNorm expects a device in use/,
  });

  const fresh = await requestTestDevice(navigator.gpu);
  const second = new GpuBatchRenorm(fresh, 3, options).loadStateDict(saved);
  for (const batch of batches.slice(3)) {
    const expected = await gpuStep(uninterrupted, batch, batch);
    assert.deepEqual(await gpuStep(second, batch, batch), expected);
  }
  assert.equal(second.renormStep, 6);
  steady.destroy();
  fresh.destroy();
});

Deno.test("a tensor of another device ends in one clear error, not in zeros", async () => {
  const device = await requestTestDevice(navigator.gpu);
  const other = await requestTestDevice(navigator.gpu);
  device.addEventListener("uncapturederror", (event) => event.preventDefault());
  const layer = new GpuBatchNorm(device, 3);
  const [x] = uploadedTensors(other, 1);
  const [y] = uploadedTensors(device, 1);
  let refused: Error | null = null;
  try {
    const encoder = device.createCommandEncoder();
    device.pushErrorScope("validation");
    layer.forward(encoder, x, y);
    device.queue.submit([encoder.finish()]);
    await device.popErrorScope();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await layer.stateDict();
  } catch (error) {
    refused = error as Error;
  }
  assert.match(
    String(refused?.message),
    /^GpuBatchNorm expects buffers that its device accepts: got /,
  );
  device.destroy();
  other.destroy();
});

/** Waits until the device has said what it has against what came before. */
const heard = () => new Promise((resolve) => setTimeout(resolve, 50));

Deno.test("a layer goes on after a tensor of another device, and refuses that one at once", async () => {
  const device = await requestTestDevice(navigator.gpu);
  const other = await requestTestDevice(navigator.gpu);
  device.addEventListener("uncapturederror", (event) => event.preventDefault());
  const layer = new GpuBatchRenorm(device, 3);
  const [foreign] = uploadedTensors(other, 1);
  const [x, y, dx] = uploadedTensors(device, 3);
  const fresh = await layer.stateDict();
  layer.forward(device.createCommandEncoder(), foreign, y);
  await heard();
  assert.deepEqual([layer.numBatchesTracked, layer.renormStep], [0, 0]);
  const encoder = device.createCommandEncoder();
  assert.throws(() => layer.backward(encoder, x, dx), { message: /forward before backward/ });
  assert.throws(() => layer.forward(encoder, foreign, y), {
    message: /^GpuBatchRenorm expects buffers that its device accepts: got /,
  });
  layer.forward(encoder, x, y);
  device.queue.submit([encoder.finish()]);
  assert.equal(layer.numBatchesTracked, 1);
  await assert.rejects(() => layer.stateDict(), { message: /its device accepts: got / });
  assert.notDeepEqual(await layer.stateDict(), fresh, "what was refused is said once");
  device.destroy();
  other.destroy();
});

Deno.test("a state that was loaded after a refused step keeps its count", async () => {
  await withDevice(async (device) => {
    device.addEventListener("uncapturederror", (event) => event.preventDefault());
    const layer = new GpuBatchRenorm(device, 3);
    const state = await layer.stateDict();
    const [x, y] = uploadedTensors(device, 2);
    const encoder = device.createCommandEncoder();
    encoder.finish();
    layer.forward(encoder, x, y);
    layer.loadStateDict({ ...state, num_batches_tracked: 9 });
    await heard();
    assert.equal(layer.numBatchesTracked, 9);
    await assert.rejects(() => layer.stateDict(), {
      message: /neither finished nor inside a pass/,
    });
  });
});

Deno.test("whatever throws, the caller's later errors reach the caller", async () => {
  const device = await requestTestDevice(navigator.gpu);
  const layer = new GpuBatchRenorm(device, 3);
  const [x, y] = uploadedTensors(device, 2);
  const noBuffer = { buffer: { size: 1e6, usage: 128 } as GPUBuffer, shape };
  const calls: (() => unknown)[] = [
    () => layer.forward(device.createCommandEncoder(), x, noBuffer),
    () => layer.forward({ beginComputePass() {} } as unknown as GPUCommandEncoder, x, y),
    () => new GpuBatchRenorm(device, 2 ** 24),
    () => new GpuBatchRenorm(device, 2 ** 28),
    () => createWorkspace(device, 2 ** 24),
  ];
  for (const call of calls) {
    assert.throws(call, { message: / expects [^]+: got / });
    await assert.rejects(() => device.popErrorScope(), `${call} leaves a scope open`);
  }
  device.destroy();
});

Deno.test("too little memory is said when the tensor is made", async () => {
  await withDevice((device) => {
    const shape = [1, 1, device.limits.maxBufferSize / 4 + 1];
    // Memory that nobody touches.
    const huge = { data: new Float32Array(shape[2]), shape };
    assert.throws(() => upload(device, huge), {
      name: "RangeError",
      message: /^upload expects a device whose buffers hold \d+ bytes: got /,
    });
  });
});
