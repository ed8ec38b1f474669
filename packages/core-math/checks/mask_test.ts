import assert from "node:assert/strict";
import {
  assertSame,
  batchNormOfRank,
  batchRenormOfRank,
  someTensor,
  tensor,
} from "@renorm/testing/assertions";
import { type Mask, type MaskValues, moments } from "../mod.ts";

const channels = 3;
const flags = [true, false, true, true, true, false];
const x = someTensor(1, [2, channels, 3]);

Deno.test("a mask may hold bytes, floats, booleans or numbers; all of them counting is no mask", () => {
  const by = (data: MaskValues) => moments(x, { mask: { data, shape: [2, 3] } });
  const expected = by(flags);
  assert.equal(expected.m, 4);
  const ones = flags.map(Number);
  const given = [Uint8Array.from(ones), Float32Array.from(ones), ones];
  for (const data of given) {
    assertSame(by(data), expected);
    assertSame(moments(x, { mask: data }), expected);
  }
  assertSame(by(new Uint8Array(6).fill(1)), moments(x));
});

for (const classes of [batchNormOfRank, batchRenormOfRank]) {
  const Layer = classes[3];

  Deno.test(`${Layer.name} wholly masked moves nothing, gives y by its running statistics and no gradient`, () => {
    const mask = { data: new Uint8Array(6), shape: [2, 3] };
    const layer = new Layer(channels);
    layer.forward(someTensor(2, x.shape));
    layer.backward(x);
    const before = layer.stateDict();
    const y = layer.forward(x, { mask });
    assertSame(layer.stateDict(), before);
    assertSame(layer.backward(x), tensor(x.shape, new Float32Array(x.data.length)));
    assertSame([layer.weightGrad, layer.biasGrad], [[0, 0, 0], [0, 0, 0]]);
    assertSame(y, layer.eval().forward(x));
    const untracked = new Layer(channels, { trackRunningStats: false, eps: 1e-12 });
    assertSame(untracked.forward(x, { mask }), x);
  });

  Deno.test(`${Layer.name} refuses a single position that counts, and stays as it was`, () => {
    const layer = new Layer(channels);
    const before = layer.stateDict();
    const mask = { data: [false, false, true, false, false, false], shape: [2, 3] };
    assert.throws(() => layer.forward(x, { mask }), {
      name: "RangeError",
      message: `${Layer.name} expects more than 1 value per channel when training: ` +
        "got shape [2, 3, 3], masked but for 1 position",
    });
    assertSame(layer.stateDict(), before);
    layer.eval().forward(x, { mask });
  });

  Deno.test(`${Layer.name} goes by its running statistics for one, where it is asked to`, () => {
    const mask = Uint8Array.of(0, 0, 1, 0, 0, 0);
    const [layer, fixed] = [{ onSingleValue: "running" } as const, {}]
      .map((options) => new Layer(channels, options));
    for (const one of [layer, fixed]) one.runningMean!.fill(0.5);
    fixed.eval();
    const before = layer.stateDict();
    assertSame(layer.forward(x, { mask }), fixed.forward(x, { mask }));
    assertSame(layer.backward(x), fixed.backward(x));
    assertSame([layer.weightGrad, layer.biasGrad], [fixed.weightGrad, fixed.biasGrad]);
    assertSame(layer.stateDict(), before);
  });
}

Deno.test("a mask that changes after the forward changes no gradient", () => {
  const layer = new batchNormOfRank[3](channels);
  const data = Uint8Array.from(flags, Number);
  layer.forward(x, { mask: { data, shape: [2, 3] } });
  const dx = layer.backward(x);
  data.fill(1);
  assertSame(layer.backward(x), dx);
});

const shapeError = "a mask of shape \\[2, 3\\], x without its channels: got";

const wrong: Readonly<Record<string, [mask: unknown, error: string]>> = {
  "a value per channel": [new Uint8Array(18), `${shapeError} 18 values`],
  "of the shape of x": [
    { data: new Uint8Array(18), shape: [2, 3, 3] },
    `${shapeError} shape \\[2, 3, 3\\]`,
  ],
  "of a shape to broadcast": [
    { data: flags, shape: [2, 1, 3] },
    `${shapeError} shape \\[2, 1, 3\\]`,
  ],
  "of no shape": [{ data: flags, shape: 6 }, `${shapeError} shape 6`],
  "of too few values": [[true], `${shapeError} 1 values`],
  "of weights": [[1, 0.5, 1, 1, 1, 1], "a mask of 0 and 1: got 0.5 at 1"],
  "of NaN": [new Float32Array(6).fill(NaN), "a mask of 0 and 1: got NaN at 0"],
  "of words": [Array(6).fill("yes"), 'a mask of 0 and 1: got "yes" at 0'],
  "of holes": [Array(6), "a mask of 0 and 1: got undefined at 0"],
  "of integers": [new Int32Array(6), "a mask in a Uint8Array, a Float32Array or a list: got Int32"],
  "an empty object": [{}, "a mask in a Uint8Array, a Float32Array or a list: got Object"],
  "null": [null, "mask to be 0 and 1 for each position: got null"],
};

for (const [name, [mask, message]] of Object.entries(wrong)) {
  Deno.test(`a mask is refused: ${name}`, () => {
    const layer = new batchNormOfRank[3](channels);
    const before = layer.stateDict();
    assert.throws(() => layer.forward(x, { mask: mask as Mask }), new RegExp(message));
    assertSame(layer.stateDict(), before);
  });
}
