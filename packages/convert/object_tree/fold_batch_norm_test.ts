import assert from "node:assert/strict";
import { BatchNorm1d } from "@renorm/core-math";
import { randomTensor, randomValues, seededRandom } from "../../parity/random_tensor.ts";
import { foldBatchNorm, identity } from "./fold_batch_norm.ts";

/** y = W·x + b, PyTorch's Linear. */
class Linear {
  readonly weight: Float32Array;
  bias: Float32Array | null;
  constructor(readonly inputs: number, readonly outputs: number, hasBias: boolean) {
    const random = seededRandom(inputs * outputs);
    this.weight = Float32Array.from(randomValues(inputs * outputs, random));
    this.bias = hasBias ? Float32Array.from(randomValues(outputs, random)) : null;
  }
  forward(x: Float32Array): number[] {
    return Array.from({ length: this.outputs }, (_, o) => {
      let sum = this.bias?.[o] ?? 0;
      for (let i = 0; i < this.inputs; i++) sum += this.weight[o * this.inputs + i] * x[i];
      return sum;
    });
  }
}

function trainedNorm(channels: number): BatchNorm1d {
  const norm = new BatchNorm1d(channels);
  norm.forward(randomTensor([8, channels], seededRandom(3), { shift: 2, scale: 3 }));
  norm.weight?.set(randomValues(channels, seededRandom(4)));
  norm.bias?.set(randomValues(channels, seededRandom(5)));
  return norm.eval();
}

Deno.test("a folded layer gives what it and the batch norm gave, with a bias or without", () => {
  for (const hasBias of [true, false]) {
    const [linear, norm] = [new Linear(3, 4, hasBias), trainedNorm(4)];
    const { weight } = linear;
    const x = Float32Array.of(0.5, -1, 2);
    const y = Float32Array.from(linear.forward(x));
    const expected = norm.forward({ data: y, shape: [1, 4] }).data;
    const model = { layers: [linear, norm as object] };
    assert.deepEqual(foldBatchNorm(model).folded, [{ path: "layers.1", into: "layers.0" }]);
    assert.equal(model.layers[1], identity);
    assert.equal(identity.forward(x), x);
    assert.equal(linear.weight, weight, "the same array");
    linear.forward(x).forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-5));
  }
});

Deno.test("nothing is folded over what may stand between, or into what others use", () => {
  const linear = () => new Linear(3, 4, true);
  const shared = linear();
  const kept: [object, RegExp][] = [
    [{ layers: [linear(), (x: unknown) => x, trainedNorm(4)] }, /a function stands between/],
    [{ layers: [linear(), { type: "ReLU" }, trainedNorm(4)] }, /1 before it has no Float32Array/],
    [{ layers: [linear(), trainedNorm(5)] }, /kernel for 5 channels/],
    [{ layers: [trainedNorm(4)] }, /nothing stands before it/],
    [{ layers: [shared, trainedNorm(4)], head: shared }, /0 before it is used more than once/],
    [Object.freeze({ a: linear(), b: trainedNorm(4) }), /not one place to leave/],
    [
      { a: { type: "ConvTranspose2d", weight: new Float32Array(8) }, b: trainedNorm(4) },
      /another order/,
    ],
  ];
  for (const [model, reason] of kept) {
    const { folded, skipped } = foldBatchNorm(model);
    assert.deepEqual(folded, []);
    assert.match(skipped[0].reason, reason);
  }
});
