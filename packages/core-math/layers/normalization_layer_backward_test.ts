import assert from "node:assert/strict";
import { assertSame, snapshot, someTensor, tensor } from "@renorm/testing/assertions";
import { batchNormBackward } from "../batch_norm.ts";
import { batchNormForward } from "../batch_norm.ts";
import { BatchNorm2d } from "./batch_norm_layers.ts";
import { BatchRenorm2d } from "./batch_renorm_layers.ts";

const shape = [3, 2, 2, 2];
const x = someTensor(60, shape);
const dy = someTensor(61, shape);

for (const Layer of [BatchNorm2d, BatchRenorm2d]) {
  const { name } = Layer;

  Deno.test(`${name} writes y and dx into out and returns it`, () => {
    const expected = new Layer(2);
    const layer = new Layer(2);
    const out = tensor(shape, Array(24).fill(NaN));
    assert.equal(layer.forward(x, { out }), out);
    assertSame(out, expected.forward(x));
    assert.equal(layer.backward(dy, { out }), out);
    assertSame(out, expected.backward(dy));
    const gradient = tensor(shape, dy.data);
    assert.equal(layer.backward(gradient, { out: gradient }), gradient);
    assertSame(gradient, expected.backward(dy));
    assertSame(snapshot(layer), snapshot(expected));
  });

  Deno.test(`${name} refuses an out over x in forward and backward, in both modes`, () => {
    for (const mode of [true, false]) {
      const layer = new Layer(2).train(mode);
      const before = snapshot(layer);
      const overlap = {
        name: "TypeError",
        message: /expects out to share no memory with x, which/,
      };
      assert.throws(() => layer.forward(x, { out: x }), overlap);
      assertSame(snapshot(layer), before);
      layer.forward(x);
      const after = snapshot(layer);
      assert.throws(() => layer.backward(dy, { out: x }), overlap);
      assertSame(snapshot(layer), after);
    }
  });

  Deno.test(`${name} refuses a backward before any forward`, () => {
    const layer = new Layer(2);
    const before = snapshot(layer);
    assert.throws(() => layer.backward(dy), {
      name: "TypeError",
      message: `${name} expects forward before backward: got no forward yet`,
    });
    assertSame(snapshot(layer), before);
  });

  Deno.test(`${name} refuses a dy of another shape than the last forward`, () => {
    const layer = new Layer(2);
    layer.forward(x);
    const before = snapshot(layer);
    for (const other of [[3, 2, 4, 1], [2, 2, 2, 2], [6, 4]]) {
      assert.throws(() => layer.backward(someTensor(62, other)), {
        name: "TypeError",
        message: `${name} expects dy to have shape [3, 2, 2, 2]: got [${other.join(", ")}]`,
      });
    }
    const float64 = { data: new Float64Array(24), shape } as unknown as typeof dy;
    assert.throws(() => layer.backward(float64), {
      name: "TypeError",
      message: /Float32Array: got/,
    });
    assertSame(snapshot(layer), before);
  });

  Deno.test(`${name} goes back through the last forward that succeeded`, () => {
    const layer = new Layer(2);
    layer.forward(x);
    const dx = layer.backward(dy);
    assert.throws(() => layer.forward(tensor([1, 2, 1, 1], [3, 4])), RangeError);
    assertSame(layer.backward(dy), dx);
    // The mode of the forward counts, not that of the backward.
    assertSame(layer.eval().backward(dy), dx);
    layer.forward(x);
    assert.notDeepEqual(layer.train().backward(dy).data, dx.data);
  });

  Deno.test(`${name} overwrites its parameter gradients, it does not add to them`, () => {
    const layer = new Layer(2);
    layer.forward(x);
    layer.backward(dy);
    const { weightGrad, biasGrad } = snapshot(layer) as Record<string, number[]>;
    layer.backward(dy);
    assertSame([layer.weightGrad, layer.biasGrad], [weightGrad, biasGrad]);
  });
}

Deno.test("BatchNorm2d's gradients are those of batchNormBackward()", () => {
  const layer = new BatchNorm2d(2);
  layer.weight?.set([2, -3]);
  layer.forward(x);
  const { weight, bias } = layer;
  const expected = batchNormBackward(dy, batchNormForward(x, { weight, bias }).saved);
  assertSame(layer.backward(dy), expected.dx);
  assertSame([layer.weightGrad, layer.biasGrad], [expected.dWeight, expected.dBias]);
});
