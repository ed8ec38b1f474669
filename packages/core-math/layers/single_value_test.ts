import assert from "node:assert/strict";
import { assertSame, snapshot, someTensor, tensor } from "@renorm/testing/assertions";
import { batchNormBackward, batchNormForward } from "../batch_norm.ts";
import { batchRenormBackward, batchRenormForward } from "../batch_renorm.ts";
import { batchNormInference, batchNormInferenceBackward } from "../inference.ts";
import { BatchNorm1d, BatchNorm2d } from "./batch_norm_layers.ts";
import { BatchRenorm1d } from "./batch_renorm_layers.ts";

const onSingleValue = "running";
const vectors = () => ({
  weight: Float32Array.of(2, -1),
  bias: Float32Array.of(0.5, 1),
  runningMean: Float32Array.of(1, -3),
  runningVar: Float32Array.of(4, 0.25),
});
const x = () => tensor([1, 2], [3, 5]);
const dy = () => tensor([1, 2], [0.5, -2]);

Deno.test("a layer normalises a single value by its running statistics if told, and moves nothing", () => {
  for (const Layer of [BatchNorm1d, BatchRenorm1d]) {
    const layer = new Layer(2, { onSingleValue });
    for (let i = 0; i < 3; i++) layer.forward(someTensor(i, [4, 2]));
    layer.weight!.set([2, -1]);
    const { state } = snapshot(layer) as { state: unknown };
    const y = layer.forward(x());
    const dx = layer.backward(dy());
    const { weightGrad, biasGrad } = layer;
    const gradients = [weightGrad!.slice(), biasGrad!.slice()];
    assertSame((snapshot(layer) as { state: unknown }).state, state);
    layer.eval();
    assertSame(y, layer.forward(x()));
    assertSame(dx, layer.backward(dy()));
    assertSame(gradients, [weightGrad, biasGrad]);
    assert.match(String(layer), /on_single_value=running/);
  }
});

Deno.test("the functions give what inference gives for a single value, and its gradients", () => {
  const expected = batchNormInference(x(), vectors());
  const gradients = batchNormInferenceBackward(dy(), expected.saved);
  const parameters = vectors();
  const ofNorm = batchNormForward(x(), parameters, { onSingleValue });
  assertSame(ofNorm.y, expected.y);
  assertSame(batchNormBackward(dy(), ofNorm.saved), gradients);
  const ofRenorm = batchRenormForward(x(), parameters, { onSingleValue, rmax: 3, dmax: 5 });
  assertSame(ofRenorm.y, expected.y);
  assertSame(batchRenormBackward(dy(), ofRenorm.saved), gradients);
  assertSame([ofRenorm.saved.r, ofRenorm.saved.d], [[1, 1], [0, 0]]);
  assertSame(parameters, vectors());
});

Deno.test("two values are a batch as ever, and a single one throws without being told otherwise", () => {
  const [told, other] = [new BatchNorm2d(3, { onSingleValue }), new BatchNorm2d(3)];
  const batch = someTensor(5, [1, 3, 1, 2]);
  assertSame(told.forward(batch), other.forward(batch));
  assertSame(told.stateDict(), other.stateDict());
  const single = someTensor(5, [1, 3, 1, 1]);
  const refused = {
    name: "RangeError",
    message: "BatchNorm2d expects more than 1 value per channel when training: " +
      "got shape [1, 3, 1, 1]",
  };
  assert.throws(() => other.forward(single), refused);
  // Without statistics there is nothing to normalise by.
  const untracked = new BatchNorm2d(3, { onSingleValue, trackRunningStats: false });
  assert.throws(() => untracked.forward(single), refused);
  assert.throws(() => batchNormForward(x(), {}, { onSingleValue }), RangeError);
});
