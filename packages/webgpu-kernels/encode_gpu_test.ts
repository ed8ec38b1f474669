import assert from "node:assert/strict";
import { withDevice } from "@renorm/testing/gpu/with_device";
import { encodeTrainingForward } from "./encode.ts";
import { createWorkspace } from "./record/workspace.ts";
import { download } from "./tensors/transfer.ts";
import { uploadedTensors } from "./testing/uploaded_tensors.ts";

Deno.test("the stateless level works over buffers that the caller names, without any state at all", async () => {
  await withDevice(async (device) => {
    const workspace = createWorkspace(device, 3, "engine");
    const [x, y] = uploadedTensors(device, 2);
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
