import assert from "node:assert/strict";
import { BatchNorm2d } from "@renorm/core-math";
import { convertToBatchRenorm } from "./convert.ts";
import { freezeBatchNorm } from "./freeze_batch_norm.ts";
import { inspect } from "./inspect.ts";

function suspiciousNorm(): BatchNorm2d {
  const norm = new BatchNorm2d(4, { eps: 1e-3 });
  norm.runningMean?.set([-2, 0.5, Infinity, 7]);
  norm.runningVar?.set([1, 1e-3, 2, 1e-9]);
  norm.weight?.set([1, 1, 1, NaN]);
  return norm;
}

Deno.test("ranges are of finite values, and channels to look at are named", async () => {
  const [layer] = (await inspect({ norm: suspiciousNorm() })).layers;
  assert.deepEqual(layer.runningMean, { least: -2, most: 7 });
  assert.deepEqual(layer.runningVar, { least: Math.fround(1e-9), most: 2 });
  assert.deepEqual(layer.nearZeroVariance, [1, 3]);
  assert.deepEqual(layer.notFinite, [2, 3]);
  assert.deepEqual([layer.kind, layer.eps, layer.momentum], ["batch-norm", 1e-3, 0.1]);
});

Deno.test("the table says what a person looks for", async () => {
  const model = { stem: { norm: suspiciousNorm() }, odd: { type: "BatchNormAct2d" } };
  assert.equal(
    String(await inspect(model)),
    `stem.norm  ${model.stem.norm}
             running mean -2 to 7
             running variance 1e-9 to 2
             ! Not finite, or a variance below 0: weight and running_mean in channels 2, 3; what is behind the layer is lost, so load an earlier checkpoint, or reset the channels and recalibrate.
             ! Variance near zero in channels 1, 3, at least 1e-9 beside an eps of 0.001, which is 100 % of what is under the root: the channels are dead or nearly constant, and noise there becomes signal; prune them, or raise eps.
odd        BatchNormAct2d()
             ! cannot be converted: BatchNormAct2d may do more than batch norm
2 layers`,
  );
  assert.match(String(await inspect({})), /no batch norm, or one folded/);
});

Deno.test("a layer that was trained too little, or never, is found by name", async () => {
  const [cold, fresh] = [new BatchNorm2d(2), new BatchNorm2d(2)];
  cold.forward({ data: Float32Array.from({ length: 16 }, (_, i) => i), shape: [2, 2, 2, 2] });
  const { layers } = await inspect({ cold, deeper: { fresh } });
  assert.deepEqual(
    layers.flatMap(({ findings }) =>
      findings.map(({ layer, code, value }) => [layer, code, value])
    ),
    [["cold", "statistics-still-cold", 0.9], ["deeper.fresh", "never-moved", 0]],
  );
});

Deno.test("inspecting changes nothing", async () => {
  const { model } = convertToBatchRenorm({ norm: new BatchNorm2d(3) });
  const before = model.norm.stateDict();
  await inspect(model);
  assert.deepEqual(model.norm.stateDict(), before);
});

Deno.test("freezing puts layers into eval, and sets the flags that records and JSON have", () => {
  const record = { type: "BatchNorm2d", training: true, requires_grad: true };
  const model = { norm: new BatchNorm2d(2), record };
  assert.deepEqual(freezeBatchNorm(model), ["norm", "record"]);
  assert.equal(model.norm.training, false);
  assert.deepEqual(record, { type: "BatchNorm2d", training: false, requires_grad: false });

  const layers = [{ class_name: "BatchNormalization", config: { name: "bn", trainable: true } }];
  for (const module of [{}, { module: "keras" }]) {
    const json = {
      ...module,
      class_name: "Sequential",
      config: { layers: structuredClone(layers) },
    };
    assert.deepEqual(freezeBatchNorm(json), ["bn"]);
    assert.equal(json.config.layers[0].config.trainable, false);
  }
});

Deno.test("a layer whose statistics are broken is converted with them, not mended in silence", async () => {
  const { model } = convertToBatchRenorm({ norm: suspiciousNorm() });
  assert.deepEqual((await inspect(model)).layers[0].notFinite, [2, 3]);
});
