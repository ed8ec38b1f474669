import assert from "node:assert/strict";
import { gpuStep } from "@renorm/parity/gpu_step";
import { withDevice } from "@renorm/testing/gpu/with_device";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import { requestTestDevice } from "@renorm/testing/gpu/request_device";
import { createWorkspace, encodeTrainingForward } from "./mod.ts";
import { GpuBatchNorm } from "./gpu_batch_norm.ts";
import { GpuBatchRenorm } from "./gpu_batch_renorm.ts";
import type { GpuTensor } from "./gpu_tensor.ts";
import { download, downloadAll, upload } from "./transfer.ts";

const shape = [2, 3, 4, 4];

function tensors(device: GPUDevice, count: number): GpuTensor[] {
  const random = seededRandom(1);
  return Array.from({ length: count }, () => upload(device, randomTensor(shape, random)));
}

Deno.test("each wrong tensor gets one clear error, and the layer stays as it was", async () => {
  await withDevice(async (device) => {
    const layer = new GpuBatchRenorm(device, 3);
    const before = await layer.stateDict();
    const encoder = device.createCommandEncoder();
    const [x, y] = tensors(device, 2);
    const plain = device.createBuffer({ size: 384, usage: GPUBufferUsage.COPY_DST });
    const small = device.createBuffer({ size: 128, usage: GPUBufferUsage.STORAGE });
    const wrong: [GpuTensor, GpuTensor, "TypeError" | "RangeError", RegExp][] = [
      [{ ...x, offset: 4 }, y, "RangeError", /x\.offset to be a multiple of 256 bytes: got 4$/],
      [{ ...x, offset: 256 }, y, "RangeError", /x\.buffer of 640 bytes at least: got 384$/],
      [
        { ...x, shape: [2, 4, 4, 3] },
        y,
        "TypeError",
        /x with 3 channels: got shape \[2, 4, 4, 3\]/,
      ],
      [{ ...x, shape: [96] }, y, "TypeError", /shape of 2 to 5 integers/],
      [{ ...x, buffer: plain }, y, "TypeError", /x\.buffer with usage STORAGE: got usage 0x8$/],
      [{ ...x, buffer: {} as GPUBuffer }, y, "TypeError", /x\.buffer to be a GPUBuffer/],
      [x, { ...y, buffer: small }, "RangeError", /y\.buffer of 384 bytes at least: got 128$/],
      [x, { ...y, shape: [2, 3, 16, 1] }, "TypeError", /y of the shape of x, \[2, 3, 4, 4\]: got/],
      [x, x, "TypeError", /y in another buffer than x: got the same buffer$/],
      [x, { ...y, dtype: "float64" as "float32" }, "TypeError", /y\.dtype .*: got "float64"$/],
    ];
    for (const [badX, badY, name, message] of wrong) {
      assert.throws(() => layer.forward(encoder, badX, badY), (error: Error) => {
        assert.equal(error.name, name);
        assert.match(error.message, message);
        return true;
      });
    }
    assert.throws(() => layer.forward(encoder, { ...x, shape: [1, 3] }, { ...y, shape: [1, 3] }), {
      name: "RangeError",
      message:
        "GpuBatchRenorm expects more than 1 value per channel when training: got shape [1, 3]",
    });
    assert.throws(() => layer.backward(encoder, x, y), {
      message: "GpuBatchRenorm expects forward before backward: got no forward yet",
    });
    layer.forward(encoder, x, y, { updateStats: false });
    assert.throws(() => layer.backward(encoder, { ...y, shape: [2, 3, 16] }, x), TypeError);
    device.queue.submit([encoder.finish()]);
    assert.deepEqual(await layer.stateDict(), before);
  });
});

Deno.test("float16 on a device without shader-f16 is refused in words", async () => {
  const adapter = (await navigator.gpu.requestAdapter())!;
  const device = await adapter.requestDevice();
  const [x, y] = tensors(device, 2).map((t): GpuTensor => ({ ...t, dtype: "float16" }));
  const layer = new GpuBatchNorm(device, 3);
  assert.throws(() => layer.forward(device.createCommandEncoder(), x, y), {
    message: /a device with the feature shader-f16 for the float16 x: got a device without it/,
  });
  device.destroy();
});

Deno.test("a destroyed layer says so, and frees what it made", async () => {
  await withDevice(async (device) => {
    const [x, y] = tensors(device, 2);
    const layer = new GpuBatchNorm(device, 3);
    layer.destroy();
    const message = "GpuBatchNorm expects a layer in use: got a destroyed one";
    const encoder = device.createCommandEncoder();
    assert.throws(() => layer.forward(encoder, x, y), { message });
    assert.throws(() => layer.backward(encoder, x, y), { message });
    assert.throws(() => layer.loadStateDict({}), { message });
    await assert.rejects(() => layer.stateDict(), { message });
    await assert.rejects(() => layer.prepare(shape), { message });
    layer.destroy();
  });
});

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
  const [x, y] = tensors(lost, 2);
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
  const [x] = tensors(other, 1);
  const [y] = tensors(device, 1);
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
  const [foreign] = tensors(other, 1);
  const [x, y, dx] = tensors(device, 3);
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
    const [x, y] = tensors(device, 2);
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
  const [x, y] = tensors(device, 2);
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

Deno.test("a forward that throws is not the one that backward goes through", async () => {
  await withDevice(async (device) => {
    const layer = new GpuBatchRenorm(device, 3, { warmupSteps: 0 });
    const [x, other, y, dy, before, after] = tensors(device, 6);
    const encoder = device.createCommandEncoder();
    layer.forward(encoder, x, y);
    layer.backward(encoder, dy, before);
    assert.throws(() => layer.forward({} as GPUCommandEncoder, other, y), TypeError);
    layer.backward(encoder, dy, after);
    device.queue.submit([encoder.finish()]);
    const [a, b] = await downloadAll(device, [before, after]);
    assert.deepEqual(b.data, a.data);
  });
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

Deno.test("prepare() compiles what the steps on a shape need", async () => {
  await withDevice(async (device) => {
    const layer = new GpuBatchRenorm(device, 3);
    assert.equal(await layer.prepare(shape), layer);
    let compiled = 0;
    const compile = device.createComputePipeline.bind(device);
    device.createComputePipeline = (descriptor) => {
      compiled++;
      return compile(descriptor);
    };
    await gpuStep(
      layer,
      randomTensor(shape, seededRandom(1)),
      randomTensor(shape, seededRandom(2)),
    );
    assert.equal(compiled, 0);
  });
});

Deno.test("onNonFinite: throw is raised where the state is read, propagate lets the value in", async () => {
  await withDevice(async (device) => {
    const bad = randomTensor(shape, seededRandom(3));
    bad.data[20] = NaN;
    const strict = new GpuBatchNorm(device, 3, { onNonFinite: "throw" });
    await assert.rejects(() => gpuStep(strict, bad, bad), {
      name: "RangeError",
      message: /finite batch statistics: got 1 of a channel that were not, first in channel 1$/,
    });
    const open = new GpuBatchNorm(device, 3, { onNonFinite: "propagate" });
    const { state } = await gpuStep(open, bad, bad);
    assert.deepEqual([...state.running_var!].map(Number.isFinite), [true, false, true]);
  });
});

Deno.test("2000 steps of layers that come and go leave no buffer behind", async () => {
  await withDevice(async (device) => {
    let alive = 0;
    const create = device.createBuffer.bind(device);
    device.createBuffer = (descriptor) => {
      const buffer = create(descriptor);
      const destroy = buffer.destroy.bind(buffer);
      alive++;
      let destroyed = false;
      buffer.destroy = () => {
        if (!destroyed) alive--;
        destroyed = true;
        destroy();
      };
      return buffer;
    };
    const [x, y, dy, dx] = tensors(device, 4);
    const before = alive;
    const ofOneLayer: number[] = [];
    for (let i = 0; i < 40; i++) {
      const layer = new GpuBatchRenorm(device, 3, { warmupSteps: 30 });
      for (let step = 0; step < 50; step++) {
        const encoder = device.createCommandEncoder();
        layer.forward(encoder, x, y);
        layer.backward(encoder, dy, dx);
        device.queue.submit([encoder.finish()]);
        if (i === 0) ofOneLayer.push(alive);
      }
      layer.destroy();
      assert.equal(alive, before);
    }
    assert.equal(ofOneLayer[49], ofOneLayer[0], "no buffer is made after the first step");
    await device.queue.onSubmittedWorkDone();
  });
});

Deno.test("the stateless level works over buffers that the caller names, without any state at all", async () => {
  await withDevice(async (device) => {
    const workspace = createWorkspace(device, 3, "engine");
    const [x, y] = tensors(device, 2);
    const encoder = device.createCommandEncoder();
    encodeTrainingForward(encoder, workspace, { x, y }, {});
    device.queue.submit([encoder.finish()]);
    const { data } = await download(device, y);
    const mean = data.slice(0, 16).reduce((a, b) => a + b) +
      data.slice(48, 64).reduce((a, b) => a + b);
    assert.ok(Math.abs(mean) < 1e-4, "a channel of y has mean 0");
    assert.throws(
      () => encodeTrainingForward(encoder, workspace, { x, y }, { runningMean: x.buffer }),
      {
        message: "engine expects runningMean and runningVar together: got runningMean alone",
      },
    );
    workspace.destroy();
  });
});
