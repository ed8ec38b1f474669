/** The fuzz of every public function: a right result, or our error with the model as it was. */
import assert from "node:assert/strict";
import {
  assertBothEnds,
  assertFinite,
  fuzz,
  type Fuzzed,
  type MakeFuzzed,
  publicFunctions,
} from "@renorm/testing/fuzz";
import { tf } from "./testing/compare_layer.ts";
import * as mod from "./mod.ts";

await tf.setBackend("cpu");
const layers = mod.renormLayers(tf);
const { batchNormalization, batchRenormalization } = layers;

function model(norm: (config: object) => mod.Layer, isCompiled = false): mod.LayersModel {
  const made = tf.sequential({
    layers: [tf.layers.dense({ inputShape: [2], units: 3 }), norm({ name: "norm" })],
  });
  if (isCompiled) made.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  return made;
}

const converted = model(batchRenormalization);
const plain = model(tf.layers.batchNormalization as typeof batchNormalization);
const compiled = model(batchRenormalization, true);
const x = tf.tensor2d([[1, 2], [3, 5], [0, 1], [2, 2]]);
const y = tf.ones([4, 3]);
const schedule = { rmax: [[0, 1], [9, 3]], dmax: [[0, 0]] };

/** All that a failed call must leave alone. */
const state = () => ({
  weights: [converted, plain, compiled].flatMap((one) =>
    one.getWeights().map((weight) => [...weight.dataSync()])
  ),
  trainable: [converted, plain, compiled].map(({ layers }) => layers.map((one) => one.trainable)),
  steps: [converted, compiled].map((one) => layers.getRenormSteps(one)),
});

function ofArguments(
  call: (...args: never[]) => unknown,
  args: () => readonly unknown[],
  judge: Fuzzed["judge"],
): MakeFuzzed {
  return () => ({ args, call: (args) => call(...args as never[]), state, judge });
}

/** What is right of a layer: it trains, and gives numbers. */
const trains: Fuzzed["judge"] = (result) => {
  const layer = result as ReturnType<typeof batchNormalization>;
  const { axis } = layer as unknown as { readonly axis: number };
  // Another axis is for another rank.
  if (axis < -3 || axis > 2) return;
  tf.tidy(() => {
    const outputs = layer.apply(tf.ones([3, 2, 3]), { training: true });
    assertFinite((outputs as mod.Tensor).dataSync());
  });
  layer.dispose();
};
const predicts: Fuzzed["judge"] = (result) => {
  const { model } = result as { readonly model: mod.LayersModel };
  tf.tidy(() => assertFinite((model.predict(x) as mod.Tensor).dataSync()));
  model.dispose();
};
const config = () => ({
  ...{ axis: -1, momentum: 0.9, epsilon: 1e-3, center: true, scale: true, fused: false },
});

/** The values of a model's weights, as a client sends them. */
const sent = (one: mod.LayersModel) => one.getWeights().map((weight) => weight.arraySync());

const table: Record<string, MakeFuzzed> = {
  aggregateWeights: ofArguments(
    layers.aggregateWeights,
    () => [
      [{ weights: sent(converted), steps: { norm: 2 } }, sent(converted)],
      [3, 4],
      { model: converted, norms: "pool" },
    ],
    (result) => assertFinite((result as mod.AggregatedWeights).weights),
  ),
  batchNormalization: ofArguments(batchNormalization, () => [config()], trains),
  batchRenormalization: ofArguments(
    batchRenormalization,
    () => [{ ...config(), rmax: 3, dmax: 5, warmupSteps: 10, renormStep: 2 }],
    trains,
  ),
  "batchRenormalization by a schedule": ofArguments(
    batchRenormalization,
    () => [{ ...config(), schedule }],
    trains,
  ),
  convertToBatchRenorm: ofArguments(
    layers.convertToBatchRenorm,
    () => [plain, { momentum: 0.9, fused: true, rmax: 3, dmax: 5, warmupSteps: 10 }],
    predicts,
  ),
  convertToBatchNorm: ofArguments(layers.convertToBatchNorm, () => [converted, {}], predicts),
  foldBatchNorm: ofArguments(layers.foldBatchNorm, () => [converted], predicts),
  freezeBatchNorm: ofArguments(
    layers.freezeBatchNorm,
    () => [converted, false],
    (paths) => {
      assert.deepEqual(paths, ["norm"]);
      layers.freezeBatchNorm(converted, false);
    },
  ),
  gapReport: ofArguments(
    layers.gapReport,
    () => [compiled, x, { y, batchSize: 2 }],
    (report) => assertFinite(JSON.parse(JSON.stringify(report))),
  ),
  getRenormSteps: ofArguments(
    layers.getRenormSteps,
    () => [converted],
    (steps) => assertFinite(steps),
  ),
  recalibrate: () => {
    const made = model(batchRenormalization);
    return {
      args: () => [
        made,
        [x, y.slice([0, 0], [1, 2])],
        { normalizeBy: "running", passes: 2, includeFrozen: false, onProgress: () => {} },
      ],
      call: (args) => layers.recalibrate(...args as Parameters<typeof layers.recalibrate>),
      state: () => [state(), made.getWeights().map((weight) => [...weight.dataSync()])],
      judge: (result) => {
        assert.deepEqual((result as mod.Recalibration).measured, ["norm"]);
        assertFinite(made.getWeights().map((weight) => weight.dataSync()));
      },
    };
  },
  renormCallback: ofArguments(
    layers.renormCallback,
    () => [{ schedule }],
    (callback) => assert.equal(typeof (callback as mod.FitCallback).setModel, "function"),
  ),
  setRenormSteps: ofArguments(
    layers.setRenormSteps,
    () => [converted, { norm: 3 }],
    () => assertFinite(layers.getRenormSteps(converted)),
  ),
};

Deno.test("every function is under fuzz", () => {
  assert.deepEqual(publicFunctions(mod), ["renormLayers"]);
  const names = Object.keys(table).filter((name) => !name.includes(" "));
  assert.deepEqual(names.sort(), Object.keys(layers).sort());
});

Deno.test("every function ends in a right result, or in our error with the model as it was", async () => {
  assertBothEnds(await fuzz(table, 60));
});

Deno.test("renormLayers() takes TensorFlow.js alone", async () => {
  const make: MakeFuzzed = () => ({
    args: () => [tf],
    call: ([given]) => mod.renormLayers(given as typeof tf),
    state: () => null,
    judge: (result) => assert.equal(result, layers),
  });
  assertBothEnds(await fuzz({ renormLayers: make }, 60));
});
