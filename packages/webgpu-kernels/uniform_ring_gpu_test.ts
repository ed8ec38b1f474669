import assert from "node:assert/strict";
import { randomTensor, seededRandom } from "../parity/random_tensor.ts";
import { withDevice } from "../parity/with_device.ts";
import { encodeTrainingForward } from "./encode.ts";
import { createWorkspace } from "./norm_workspace.ts";
import { download, upload } from "./transfer.ts";

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
