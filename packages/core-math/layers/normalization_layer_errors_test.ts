import assert from "node:assert/strict";
import fc from "fast-check";
import {
  assertHolds,
  assertSame,
  snapshot,
  someTensor,
  tensor,
  throwsWell,
} from "@renorm/testing/assertions";
import { BatchNorm1d, BatchNorm2d, BatchNorm3d } from "./batch_norm_layers.ts";
import { BatchRenorm1d, BatchRenorm2d, BatchRenorm3d } from "./batch_renorm_layers.ts";
import type { NormalizationLayer } from "./normalization_layer.ts";
import type { LoadableStateDict } from "./state_dict.ts";
import type { Tensor } from "../tensor.ts";

Deno.test("layers name the shape they want, in their layout", () => {
  const last = { layout: "channels-last" } as const;
  const cases: [NormalizationLayer, number[], string][] = [
    [new BatchNorm1d(3), [2, 3, 4, 5], "[n, c] or [n, c, l]"],
    [new BatchNorm1d(3), [2, 4], "[n, 3] or [n, 3, l]"],
    [new BatchNorm2d(3), [4, 8], "[n, c, h, w]"],
    [new BatchNorm2d(3), [2, 1, 2, 2], "[n, 3, h, w]"],
    [new BatchNorm3d(3), [2, 3, 4, 5], "[n, c, d, h, w]"],
    [new BatchRenorm1d(3, last), [2], "[n, c] or [n, l, c]"],
    [new BatchRenorm1d(3, last), [2, 3, 4], "[n, 3] or [n, l, 3]"],
    [new BatchRenorm2d(3, last), [2, 3, 4, 5], "[n, h, w, 3]"],
    [new BatchRenorm3d(3, last), [2, 3, 4, 3], "[n, d, h, w, c]"],
  ];
  for (const [layer, shape, wanted] of cases) {
    for (const mode of [true, false]) {
      const before = snapshot(layer.train(mode));
      assert.throws(() => layer.forward(someTensor(70, shape)), {
        name: "TypeError",
        message: `${layer.constructor.name} expects input of shape ${wanted}: ` +
          `got shape [${shape.join(", ")}]`,
      });
      assertSame(snapshot(layer), before);
    }
  }
});

Deno.test("layers take or refuse any input, always with an error of their form", () => {
  const length = fc.oneof({ weight: 9, arbitrary: fc.nat(3) }, fc.anything(), fc.double());
  const shape = fc.oneof(
    { weight: 9, arbitrary: fc.array(length, { maxLength: 6 }) },
    fc.anything(),
  );
  const kind = fc.constantFrom(Float32Array, Float32Array, Float32Array, Float64Array, Int32Array);
  let refused = 0;
  const property = fc.property(
    shape,
    kind,
    fc.boolean(),
    fc.boolean(),
    (shape, Kind, fits, mode) => {
      const product = Array.isArray(shape) ? shape.reduce((a, b) => a * Number(b), 1) : 1;
      const length = fits && product >= 0 && product < 1e4 ? Math.floor(product) : 4;
      const x = { data: new Kind(length).fill(1), shape } as unknown as Tensor;
      for (const Layer of [BatchNorm1d, BatchRenorm1d, BatchNorm2d, BatchRenorm3d]) {
        const layer = new Layer(2).train(mode);
        const before = snapshot(layer);
        if (throwsWell(() => layer.forward(x))) {
          refused++;
          assertSame(snapshot(layer), before);
        } else assert.deepEqual([x.data.length, x.shape.includes(2)], [length, true]);
      }
    },
  );
  assertHolds(property, 1000);
  assert.ok(refused > 2000 && refused < 3990, `${refused} of 4000 refused`);
});

Deno.test("a call that a layer refuses leaves all of its state as it was", () => {
  const x = someTensor(71, [3, 2, 2]);
  const nan = tensor([3, 2, 2], [NaN, ...x.data.subarray(1)]);
  for (const Layer of [BatchNorm1d, BatchRenorm1d]) {
    const layer = new Layer(2, { onNonFinite: "throw" });
    layer.forward(x);
    layer.backward(someTensor(72, [3, 2, 2]));
    const state = layer.stateDict();
    const calls: (() => unknown)[] = [
      () => layer.forward(nan),
      () => layer.forward(nan, { updateStats: false }),
      () => layer.forward({ data: new Float64Array(12), shape: [3, 2, 2] } as unknown as Tensor),
      () => layer.forward({ data: x.data, shape: [3, 2, 3] }),
      () => layer.forward(null as unknown as Tensor),
      () => layer.forward(x, { updateStats: 1 } as object),
      () => layer.forward(x, { update_stats: false } as object),
      () => layer.forward(x, { out: tensor([3, 4], Array(12)) }),
      () => layer.forward(tensor([1, 2], [1, 2])),
      () => layer.backward(null as unknown as Tensor),
      () => layer.backward(x, { out: x, more: 1 } as object),
      () => layer.train("yes" as unknown as boolean),
      () => layer.loadStateDict({ ...state, weight: [NaN, "1"] } as unknown as LoadableStateDict),
    ];
    const before = snapshot(layer);
    for (const call of calls) {
      assert.ok(throwsWell(call), `${Layer.name} takes ${call}`);
      assertSame(snapshot(layer), before, `${call}`);
    }
  }
});
