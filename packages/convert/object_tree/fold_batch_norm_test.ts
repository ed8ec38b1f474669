import assert from "node:assert/strict";
import { BatchNorm1d } from "@renorm/core-math";
import { randomTensor, randomValues, seededRandom } from "@renorm/testing/random_tensor";
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
    const [{ path, into, eps, by }] = foldBatchNorm(model).folded;
    assert.deepEqual([path, into, eps, by], ["layers.1", "layers.0", 1e-5, "order"]);
    assert.equal(model.layers[1], identity);
    assert.equal(identity.forward(x), x);
    assert.equal(linear.weight, weight, "the same array");
    linear.forward(x).forEach((value, i) => assert.ok(Math.abs(value - expected[i]) < 1e-5));
  }
});

Deno.test("an object's fields in order are a guess, and said to be one", () => {
  const folding = foldBatchNorm({ linear: new Linear(3, 4, true), norm: trainedNorm(4) });
  assert.equal(folding.folded[0].by, "guess");
  assert.match(
    String(folding),
    /norm {2}into linear \(a guess\).*\n1 folded \(1 by a guess\), 0 left/,
  );
});

Deno.test("Keras' records fold over the last axis of their kernels", () => {
  const norm = trainedNorm(2);
  const kernel = Float32Array.of(1, 2, 3, 4);
  const dense = { class_name: "Dense", kernel, bias: null, config: { activation: "linear" } };
  const factors = Array.from(norm.runningVar!, (v, c) => norm.weight![c] / Math.sqrt(v + 1e-5));
  assert.equal(foldBatchNorm({ layers: [dense, norm] }).folded.length, 1);
  kernel.forEach((value, i) =>
    assert.ok(Math.abs(value - (i + 1) * factors[i % 2]) <= 1e-6 * Math.abs(value))
  );
});

Deno.test("nothing is folded over what may stand between, or into what others use or nobody knows", () => {
  const linear = (more: object = {}) => Object.assign(new Linear(3, 4, true), more);
  const shared = linear();
  const tied = linear();
  const views = new Float32Array(16);
  const view = () => ({ type: "Linear", weight: views.subarray(0, 12) });
  const norm = () => trainedNorm(4);
  const kept: [object, RegExp][] = [
    [{ layers: [linear(), (x: unknown) => x, norm()] }, /a function stands between/],
    [{ layers: [linear(), "relu", norm()] }, /relu stands between/],
    [{ layers: [linear(), { slope: 0.1 }, norm()] }, /an object stands between/],
    [new Map<string, unknown>([["a", linear()], ["x", "tanh"], ["b", norm()]]), /tanh stands/],
    [{ a: linear(), activation: "relu", b: norm() }, /relu stands between/],
    [{ a: linear(), act: { slope: 0.1 }, b: norm() }, /act stands between/],
    [{ layers: [linear(), { type: "ReLU" }, norm()] }, /no Linear, Dense or convolution: ReLU/],
    [
      { layers: [{ type: "PReLU", weight: new Float32Array(4) }, norm()] },
      /no Linear, Dense or convolution: PReLU/,
    ],
    [{ layers: [{ weight: new Float32Array(8) }, norm()] }, /nothing stands before it/],
    [{ layers: [{ type: "MyConv2d", weight: new Float32Array(8) }, norm()] }, /: MyConv2d/],
    [{ layers: [linear({ activation: "relu" }), norm()] }, /has an activation: "relu"/],
    [{ layers: [linear({ act_fn: Math.tanh }), norm()] }, /has an activation: tanh/],
    [{ layers: [linear({ config: { activation: "elu" } }), norm()] }, /an activation: "elu"/],
    [{ layers: [linear({ out_features: 12 }), norm()] }, /has 12 outputs and no 4/],
    [{ layers: [linear(), trainedNorm(5)] }, /kernel for 5 channels/],
    [{ layers: [norm()] }, /nothing stands before it/],
    [{ layers: [shared, norm()], head: shared }, /0 before it is used more than once/],
    [{ layers: [tied, norm()], head: linear({ weight: tied.weight }) }, /shares the values of 0/],
    [{ layers: [view(), norm()], head: view() }, /shares the values of 0/],
    [Object.freeze({ a: linear(), b: norm() }), /not one place to leave/],
    [
      { a: { type: "ConvTranspose2d", weight: new Float32Array(8) }, b: norm() },
      /no Linear, Dense or convolution: ConvTranspose2d/,
    ],
  ];
  for (const [model, reason] of kept) {
    const { folded, skipped } = foldBatchNorm(model);
    assert.deepEqual(folded, []);
    assert.match(skipped[0].reason, reason);
  }
});

Deno.test("statistics that make no fixed map are left, and so is the layer before them", () => {
  const bad: [Partial<BatchNorm1d>, RegExp][] = [
    [{ runningVar: Float32Array.of(1, NaN, 1, 1) }, /running variance is NaN in channel 1/],
    [{ runningVar: Float32Array.of(1, 1, -0.5, 1) }, /running variance is -0.5 in channel 2/],
    [{ runningMean: Float32Array.of(1, 1, 1, Infinity) }, /running mean is Infinity in channel 3/],
  ];
  for (const [change, reason] of bad) {
    const linear = new Linear(3, 4, true);
    const before = linear.weight.slice();
    const { skipped } = foldBatchNorm({ layers: [linear, Object.assign(trainedNorm(4), change)] });
    assert.match(skipped[0].reason, reason);
    assert.deepEqual(linear.weight, before);
  }
});
