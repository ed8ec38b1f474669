import assert from "node:assert/strict";
import { gpuStep } from "@renorm/parity/gpu_step";
import { withDevice } from "@renorm/testing/gpu/with_device";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import { encodeTrainingForward, type EncodeTrainingOptions } from "./encode.ts";
import { GpuBatchNorm } from "./gpu_batch_norm.ts";
import { GpuBatchRenorm } from "./gpu_batch_renorm.ts";
import type { GpuForwardOptions } from "./gpu_normalization_layer.ts";
import { createWorkspace } from "./record/workspace.ts";
import type { GpuTensor } from "./tensors/gpu_tensor.ts";
import { downloadAll } from "./tensors/transfer.ts";
import { shape, uploadedTensors } from "./testing/uploaded_tensors.ts";

Deno.test("each wrong tensor gets one clear error, and the layer stays as it was", async () => {
  await withDevice(async (device) => {
    const layer = new GpuBatchRenorm(device, 3);
    const before = await layer.stateDict();
    const encoder = device.createCommandEncoder();
    const [x, y] = uploadedTensors(device, 2);
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

Deno.test("a mask is refused with the way to the layers that take one", async () => {
  await withDevice((device) => {
    const mask = { data: new Uint8Array(32), shape: [2, 4, 4] };
    const encoder = device.createCommandEncoder();
    const [x, y] = uploadedTensors(device, 2);
    const layer = new GpuBatchNorm(device, 3);
    const workspace = createWorkspace(device, 3, "own");
    const message = (owner: string) =>
      `${owner} expects no mask, which the layers of @renorm/core-math and @renorm/wasm-kernels ` +
      "take: got Object";
    assert.throws(() => layer.forward(encoder, x, y, { mask } as GpuForwardOptions), {
      name: "TypeError",
      message: message("GpuBatchNorm"),
    });
    const encode = () =>
      encodeTrainingForward(encoder, workspace, { x, y }, {}, { mask } as EncodeTrainingOptions);
    assert.throws(encode, { name: "TypeError", message: message(workspace.label) });
    return Promise.resolve();
  });
});

Deno.test("float16 on a device without shader-f16 is refused in words", async () => {
  const adapter = (await navigator.gpu.requestAdapter())!;
  const device = await adapter.requestDevice();
  const [x, y] = uploadedTensors(device, 2).map((t): GpuTensor => ({ ...t, dtype: "float16" }));
  const layer = new GpuBatchNorm(device, 3);
  assert.throws(() => layer.forward(device.createCommandEncoder(), x, y), {
    message: /a device with the feature shader-f16 for the float16 x: got a device without it/,
  });
  device.destroy();
});

Deno.test("a destroyed layer says so, and frees what it made", async () => {
  await withDevice(async (device) => {
    const [x, y] = uploadedTensors(device, 2);
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

Deno.test("a forward that throws is not the one that backward goes through", async () => {
  await withDevice(async (device) => {
    const layer = new GpuBatchRenorm(device, 3, { warmupSteps: 0 });
    const [x, other, y, dy, before, after] = uploadedTensors(device, 6);
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
