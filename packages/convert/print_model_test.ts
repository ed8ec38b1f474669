import assert from "node:assert/strict";
import { BatchNorm2d } from "@renorm/core-math";
import { convertToBatchRenorm } from "./convert.ts";
import { printModel } from "./print_model.ts";
import { bytesInMemory } from "./files/byte_source.ts";
import { openStateDict } from "./formats/safetensors/state_dict_file.ts";

class Conv2d {
  constructor(readonly inputs: number, readonly outputs: number) {}
  toString() {
    return `Conv2d(${this.inputs}, ${this.outputs}, kernel_size=(3, 3), padding=(1, 1), bias=False)`;
  }
}
class ReLU {}
class Sequential extends Array<object> {}
class MiniCNN {
  net = Sequential.from([
    new Conv2d(3, 16),
    new BatchNorm2d(16),
    new ReLU(),
    new Conv2d(16, 32),
    new BatchNorm2d(32),
    new ReLU(),
  ]);
}

Deno.test("the notebook's MiniCNN prints before and after, its BatchNorm2d rows alone exchanged", () => {
  const model = new MiniCNN();
  const printed = (norm: string, more: string) =>
    `MiniCNN(
  (net): Sequential(
    (0): Conv2d(3, 16, kernel_size=(3, 3), padding=(1, 1), bias=False)
    (1): ${norm}(16, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True${more})
    (2): ReLU
    (3): Conv2d(16, 32, kernel_size=(3, 3), padding=(1, 1), bias=False)
    (4): ${norm}(32, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True${more})
    (5): ReLU
  )
)`;
  assert.equal(printModel(model), printed("BatchNorm2d", ""));
  convertToBatchRenorm(model, { rmax: 3, dmax: 5, warmupSteps: 5000 });
  const more = ", rmax=3.0, dmax=5.0, warmup_steps=5000";
  assert.equal(printModel(model), printed("BatchRenorm2d", more));
});

Deno.test("the golden checkpoint prints as a tree, with 2d from the convolutions beside", async () => {
  const golden = new URL("../parity/golden/minicnn_batch2.safetensors", import.meta.url);
  const { root, adapter } = await openStateDict(
    bytesInMemory(Deno.readFileSync(golden), "minicnn_batch2.safetensors"),
  );
  const before = printModel(root, adapter);
  convertToBatchRenorm(root, { adapter, warmupSteps: 10 });
  const after = printModel(root, adapter);
  assert.match(
    before,
    /\(1\): BatchNorm2d\(16, .*\n.*\(3\): Module\(weight F32 \[32, 16, 3, 3\]\)/,
  );
  assert.equal(
    after,
    before.replace(
      /BatchNorm2d(.*)\)/g,
      "BatchRenorm2d$1, rmax=3.0, dmax=5.0, warmup_steps=10)",
    ),
  );
});

Deno.test("a cycle is printed once, and a model without layers as its name", () => {
  class Loop {
    norm = new BatchNorm2d(1);
    self: unknown = this;
  }
  assert.match(printModel(new Loop()), /^Loop\(\n {2}\(norm\): .*\n {2}\(self\): Loop\n\)$/);
  assert.equal(printModel(new ReLU()), "ReLU");
});
