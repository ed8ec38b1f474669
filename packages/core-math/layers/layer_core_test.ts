import assert from "node:assert/strict";
import { paperSchedule } from "@renorm/schedule";
import { assertSame, snapshot, someTensor } from "@renorm/testing/assertions";
import { BatchNorm2d } from "./batch_norm_layers.ts";
import { BatchRenorm2d, type BatchRenormOptions } from "./batch_renorm_layers.ts";

const x = someTensor(3, [2, 2, 3, 1]);

Deno.test("a layer that is made with the options of another, as JSON, does and prints the same", () => {
  const rest = { eps: 0.01, momentum: 0.3, affine: false, onNonFinite: "propagate" } as const;
  const given: BatchRenormOptions[] = [
    {},
    { ...rest, rmax: 2, warmupSteps: 3, runningVariance: "unbiased" },
    { ...rest, schedule: paperSchedule() },
  ];
  const layers = [
    new BatchNorm2d(2, { momentum: null }),
    ...given.map((options) => new BatchRenorm2d(2, options)),
  ];
  for (const layer of layers) {
    const Layer = layer.constructor as typeof BatchRenorm2d;
    const options = JSON.parse(JSON.stringify(layer.options)) as BatchRenormOptions;
    assert.deepEqual(options, layer.options);
    const other = new Layer(2, options);
    assertSame(other.forward(x), layer.forward(x));
    assertSame(snapshot(other), snapshot(layer));
  }
});

Deno.test("the options of a layer have its own function for the limits, and cannot be changed", () => {
  const limitsAt = () => ({ rmax: 2, dmax: 1 });
  const { options } = new BatchRenorm2d(2, { limitsAt });
  assert.equal(options.limitsAt, limitsAt);
  assert.throws(() => (options as BatchRenormOptions).eps = 1, TypeError);
  const schedule = paperSchedule();
  assert.notEqual(new BatchRenorm2d(2, { schedule }).options.schedule, schedule);
});
