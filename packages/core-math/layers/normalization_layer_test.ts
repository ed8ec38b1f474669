import assert from "node:assert/strict";
import { assertSame, numbers, snapshot, someTensor, tensor } from "@renorm/testing/assertions";
import { batchNormInference } from "../inference.ts";
import { BatchNorm2d } from "./batch_norm_layers.ts";
import { BatchRenorm2d } from "./batch_renorm_layers.ts";
import type { NormalizationLayer } from "./normalization_layer.ts";

const shape = [3, 2, 2, 2];
const dy = someTensor(40, shape);

/** A layer that has seen a few batches and is in the middle of its warm-up. */
function trained(Layer: typeof BatchNorm2d | typeof BatchRenorm2d): NormalizationLayer {
  const layer = Layer === BatchNorm2d
    ? new BatchNorm2d(2)
    : new BatchRenorm2d(2, { rmax: 2, dmax: 1, warmupSteps: 8 });
  layer.weight?.set(numbers(41, 2));
  layer.bias?.set(numbers(42, 2));
  for (let seed = 43; seed < 47; seed++) {
    layer.forward(someTensor(seed, shape));
    layer.backward(dy);
  }
  return layer;
}

for (const Layer of [BatchNorm2d, BatchRenorm2d]) {
  const { name } = Layer;

  Deno.test(`${name} starts in training, and train() and eval() switch and return the layer`, () => {
    const layer = new Layer(2);
    assert.equal(layer.training, true);
    assert.equal(layer.eval(), layer);
    assert.equal(layer.training, false);
    assert.equal(layer.train(), layer);
    assert.equal(layer.training, true);
    assert.equal(layer.train(false).training, false);
  });

  Deno.test(`${name} in eval is the map of its running statistics and moves nothing`, () => {
    const layer = trained(Layer).eval();
    const before = snapshot(layer);
    const { weight, bias, runningMean, runningVar } = layer;
    assert.ok(runningMean && runningVar);
    for (const n of [3, 1, 0]) {
      const x = someTensor(48, [n, 2, 2, 2]);
      const expected = batchNormInference(x, { weight, bias, runningMean, runningVar });
      assertSame(layer.forward(x), expected.y);
      assertSame(layer.forward(x, { updateStats: true }), expected.y);
    }
    assertSame(snapshot(layer), before);
  });

  Deno.test(`${name} under updateStats: false moves nothing and looks ahead to the next y`, () => {
    const layer = trained(Layer);
    const before = snapshot(layer);
    const x = someTensor(49, shape);
    const looked = layer.forward(x, { updateStats: false });
    assertSame(snapshot(layer), before);
    const dxLooked = layer.backward(dy);
    assertSame(layer.forward(x), looked);
    assertSame(layer.backward(dy), dxLooked);
    assert.equal(layer.numBatchesTracked, 5);
  });

  Deno.test(`${name} refuses one value per channel in training and takes it in eval`, () => {
    const layer = trained(Layer);
    const before = snapshot(layer);
    assert.throws(() => layer.forward(tensor([1, 2, 1, 1], [3, 4])), {
      name: "RangeError",
      message: `${name} expects more than 1 value per channel when training: ` +
        "got shape [1, 2, 1, 1]",
    });
    assertSame(snapshot(layer), before);
    assert.deepEqual(layer.eval().forward(tensor([1, 2, 1, 1], [3, 4])).shape, [1, 2, 1, 1]);
  });

  Deno.test(`${name} gives an empty result for an empty batch and zero gradients`, () => {
    for (const empty of [[0, 2, 2, 2], [3, 2, 0, 2]]) {
      for (const mode of [true, false]) {
        const layer = trained(Layer).train(mode);
        const { state } = snapshot(layer) as { state: unknown };
        assertSame(layer.forward(tensor(empty, [])), tensor(empty, []));
        assertSame(layer.backward(tensor(empty, [])), tensor(empty, []));
        assertSame([layer.weightGrad, layer.biasGrad], [[0, 0], [0, 0]]);
        assert.equal(layer.numBatchesTracked, 4);
        assert.deepEqual((snapshot(layer) as { state: unknown }).state, state);
      }
    }
  });

  Deno.test(`${name} keeps its arrays the same objects through all that it does`, () => {
    const layer = new Layer(2);
    const arrays = ({ weight, bias, weightGrad, biasGrad, runningMean, runningVar } = layer) => [
      weight,
      bias,
      weightGrad,
      biasGrad,
      runningMean,
      runningVar,
    ];
    const before = arrays();
    layer.forward(someTensor(50, shape));
    layer.backward(dy);
    layer.loadStateDict(trained(Layer).stateDict()).eval().forward(someTensor(51, shape));
    arrays().forEach((array, i) => assert.ok(array && array === before[i]));
    assertSame(layer.stateDict(), trained(Layer).stateDict());
  });

  Deno.test(`${name} without tracking uses the batch in both modes`, () => {
    const layer = new Layer(2, { trackRunningStats: false });
    assert.deepEqual([layer.runningMean, layer.runningVar], [null, null]);
    // What plain batch norm gives for the same batch.
    const plain = new BatchNorm2d(2);
    for (const mode of [true, false]) {
      layer.train(mode);
      const x = someTensor(52, shape);
      assertSame(layer.forward(x), plain.forward(x));
      assertSame(layer.backward(dy), plain.backward(dy));
      assertSame([layer.weightGrad, layer.biasGrad], [plain.weightGrad, plain.biasGrad]);
      assert.throws(() => layer.forward(tensor([1, 2, 1, 1], [3, 4])), RangeError);
    }
    assert.equal(layer.numBatchesTracked, 0);
    assert.deepEqual(Object.keys(layer.stateDict()), ["weight", "bias"]);
  });

  Deno.test(`${name} without weight and bias gives the gradient to x alone`, () => {
    const bare = new Layer(2, { affine: false });
    assert.deepEqual([bare.weight, bare.bias], [null, null]);
    assert.deepEqual([bare.weightGrad, bare.biasGrad], [null, null]);
    const affine = new Layer(2);
    const x = someTensor(53, shape);
    assertSame(bare.forward(x), affine.forward(x));
    assertSame(bare.backward(dy), affine.backward(dy));
    const keys = ["running_mean", "running_var", "num_batches_tracked"];
    assert.deepEqual(Object.keys(bare.stateDict()), keys);
  });
}
