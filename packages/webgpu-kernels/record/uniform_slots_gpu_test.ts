import assert from "node:assert/strict";
import { withDevice } from "@renorm/testing/gpu/with_device";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import { encodeTrainingForward } from "../encode.ts";
import { createWorkspace } from "./workspace.ts";
import { download, upload } from "../tensors/transfer.ts";

const shape = [4, 3, 5, 5];

Deno.test("a step keeps its numbers however many others are recorded after it", async () => {
  await withDevice(async (device) => {
    const workspace = createWorkspace(device, 3);
    const x = upload(device, randomTensor(shape, seededRandom(1)));
    const [first, others] = [x, x].map(() => upload(device, randomTensor(shape, seededRandom(2))));
    // Each commands of their own: the first step, which is the same in all of them, then others.
    const outputs = [];
    for (const count of [0, 100, 250]) {
      const encoder = device.createCommandEncoder();
      encodeTrainingForward(encoder, workspace, { x, y: first }, {}, { eps: 1 });
      for (let i = 0; i < count; i++) {
        const eps = 100 + count + i;
        encodeTrainingForward(encoder, workspace, { x, y: others }, {}, { eps });
      }
      device.queue.submit([encoder.finish()]);
      outputs.push((await download(device, first)).data);
    }
    assert.deepEqual(outputs[1], outputs[0]);
    assert.deepEqual(outputs[2], outputs[0]);
    workspace.destroy();
  });
});

Deno.test("steps recorded ahead over several encoders keep their numbers, however many", async () => {
  await withDevice(async (device) => {
    const x = upload(device, randomTensor(shape, seededRandom(1)));
    const statistics = () => {
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
      const buffer = device.createBuffer({ size: 12, usage });
      return { buffer, shape: [3] };
    };
    const y = upload(device, randomTensor(shape, seededRandom(2)));
    const means = [];
    // Submitted one by one, and all at the end.
    for (const isAhead of [false, true]) {
      const workspace = createWorkspace(device, 3);
      const [runningMean, runningVar] = [statistics(), statistics()];
      const running = { runningMean: runningMean.buffer, runningVar: runningVar.buffer };
      const commands = [];
      for (let i = 0; i < 40; i++) {
        const encoder = device.createCommandEncoder();
        for (let k = 0; k < 20; k++) {
          const momentum = 1 / (2 + i * 20 + k);
          encodeTrainingForward(encoder, workspace, { x, y }, running, { momentum });
        }
        commands.push(encoder.finish());
        if (!isAhead) device.queue.submit(commands.splice(0));
      }
      device.queue.submit(commands);
      means.push((await download(device, runningMean)).data);
      workspace.destroy();
    }
    assert.deepEqual(means[1], means[0]);
  });
});
