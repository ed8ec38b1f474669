import assert from "node:assert/strict";
import { gpuStep } from "@renorm/parity/gpu_step";
import { withDevice } from "@renorm/testing/gpu/with_device";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import { GpuBatchRenorm } from "../gpu_batch_renorm.ts";
import { shape, uploadedTensors } from "../testing/uploaded_tensors.ts";

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
    const [x, y, dy, dx] = uploadedTensors(device, 4);
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
