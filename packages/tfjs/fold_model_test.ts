import assert from "node:assert/strict";
import { models, tf } from "../convert/testing/layers_models.ts";
import { renormLayers } from "./renorm_layers.ts";

const { batchRenormalization, convertToBatchRenorm, foldBatchNorm } = renormLayers(tf);
await tf.setBackend("cpu");

/** A model that is away from its first weights. */
function shaken(model: tf.LayersModel): tf.LayersModel {
  model.setWeights(
    model.getWeights().map(({ shape }, i) => tf.randomUniform(shape, 0.3, 2, "float32", i + 1)),
  );
  return model;
}

/**
 * Folds and asserts that both models predict the same; gives what was folded, and how it prints.
 */
async function assertFolds(model: tf.LayersModel, inputShape: number[]) {
  const x = tf.randomNormal(inputShape, 0, 1, "float32", 3);
  const folding = await foldBatchNorm(model);
  const [before, after] = await Promise.all(
    [model, folding.model].map((one) =>
      Promise.all([one.predict(x)].flat().map((output) => output.data()))
    ),
  );
  for (const [i, values] of before.entries()) {
    const scale = Math.max(...values.map(Math.abs));
    values.forEach((value, j) => assert.ok(Math.abs(after[i][j] - value) < 1e-5 * scale));
  }
  const gone = folding.folded.length;
  assert.equal(countLayers(folding.model), countLayers(model) - gone);
  return folding;
}

function countLayers(model: tf.LayersModel): number {
  return model.layers.reduce(
    (count, layer) => count + (layer instanceof tf.LayersModel ? countLayers(layer) : 1),
    0,
  );
}

const expected: Record<string, number> = {
  "sequential, without scale or centre": 2,
  "nested": 1,
  "functional, with a shared layer": 0,
  "axis 1": 1,
};
for (const [name, make] of Object.entries(models)) {
  Deno.test(`a folded model predicts the same, batch norm or batch renorm: ${name}`, async () => {
    const { model, inputShape } = make();
    for (const one of [model, (await convertToBatchRenorm(model)).model]) {
      assert.equal((await assertFolds(one, inputShape)).folded.length, expected[name]);
    }
  });
}

const options = { kernelSize: 3, padding: "same" } as const;
const { activation, batchNormalization, conv1d, conv2d, conv2dTranspose, dense } = tf.layers;
const kinds: [string, number[], tf.layers.Layer][] = [
  ["conv1d", [6, 3], conv1d({ filters: 4, ...options })],
  ["conv2d with bias", [5, 5, 3], conv2d({ filters: 4, ...options })],
  ["conv2d without", [5, 5, 3], conv2d({ filters: 4, useBias: false, ...options })],
  [
    "depthwise",
    [5, 5, 3],
    tf.layers.depthwiseConv2d({ depthMultiplier: 2, useBias: false, ...options }),
  ],
  ["separable", [5, 5, 3], tf.layers.separableConv2d({ filters: 4, ...options })],
  ["transposed, square", [5, 5, 4], conv2dTranspose({ filters: 4, useBias: false, ...options })],
  ["dense of rank 3", [4, 6], dense({ units: 3, useBias: false })],
];
for (const [name, inputShape, layer] of kinds) {
  Deno.test(`a norm folds into the layer before it: ${name}`, async () => {
    const axis = name.startsWith("dense") ? 2 : -1;
    const input = tf.layers.inputLayer({ inputShape });
    const model = shaken(tf.sequential({ layers: [input, layer, batchNormalization({ axis })] }));
    assert.equal((await assertFolds(model, [2, ...inputShape])).folded.length, 1);
  });
}

Deno.test("a norm stays behind an activation and where folding would change the model, and why is said", async () => {
  const reasons: [tf.layers.Layer[], RegExp][] = [
    [[dense({ units: 3, activation: "relu" }), batchNormalization()], /activation/],
    [[dense({ units: 3 }), activation({ activation: "relu" }), batchNormalization()], /Activation/],
    [[batchNormalization(), dense({ units: 3 })], /before it/],
  ];
  for (const [layers, reason] of reasons) {
    const input = tf.layers.inputLayer({ inputShape: [6] });
    const folding = await assertFolds(shaken(tf.sequential({ layers: [input, ...layers] })), [
      2,
      6,
    ]);
    assert.deepEqual(folding.folded, []);
    assert.match(folding.skipped[0].reason, reason);
    assert.match(String(folding), /0 folded, 1 left$/);
  }
});

Deno.test("layers that feed others too stay, and norms that are outputs fold", async () => {
  const input = tf.input({ shape: [6] });
  const [shared, alone] = ["shared", "alone"].map((name) =>
    dense({ units: 3, name }).apply(input) as tf.SymbolicTensor
  );
  const outputs = [
    batchNormalization({ name: "beside" }).apply(shared),
    shared,
    batchRenormalization({ name: "last" }).apply(alone),
  ] as tf.SymbolicTensor[];
  const model = shaken(tf.model({ inputs: input, outputs }));
  model.compile({
    optimizer: "adam",
    loss: Object.fromEntries(model.outputNames.map((name) => [name, "meanSquaredError"])),
  });
  const { folded, skipped, model: made } = await assertFolds(model, [2, 6]);
  assert.deepEqual(folded.map(({ path, into }) => [path, into]), [["last", "alone"]]);
  assert.deepEqual(skipped.map(({ path }) => path), ["beside"]);
  assert.deepEqual(made.outputNames, ["beside", "shared", "alone"]);
  assert.deepEqual(Object.keys(made.loss as object), made.outputNames);
  assert.deepEqual(made.metricsNames.slice(0, 2), ["loss", "beside_loss"]);
});

Deno.test("two nested models with the same names in them fold, each with its own weights", async () => {
  const block = (name: string, inputShape: number[]) =>
    tf.sequential({
      name,
      layers: [
        conv2d({ inputShape, filters: 3, name: "conv", ...options }),
        batchNormalization({ name: "bn" }),
      ],
    });
  const input = tf.input({ shape: [5, 5, 3] });
  const [first, second] = [block("first", [5, 5, 3]), block("second", [5, 5, 3])];
  // The first one is used twice.
  const inner = first.apply(first.apply(input)) as tf.SymbolicTensor;
  const outputs = second.apply(inner) as tf.SymbolicTensor;
  const { folded } = await assertFolds(shaken(tf.model({ inputs: input, outputs })), [2, 5, 5, 3]);
  assert.deepEqual(folded.map(({ path, into }) => [path, into]), [
    ["first.bn", "first.conv"],
    ["second.bn", "second.conv"],
  ]);
});

Deno.test("a constraint on the kernel does not touch what was folded, nor what was converted", async () => {
  const kernelConstraint = tf.constraints.maxNorm({ maxValue: 0.5 });
  const layers = () => [
    tf.layers.inputLayer({ inputShape: [6] }),
    dense({ units: 3, kernelConstraint }),
    batchNormalization(),
  ];
  const model = shaken(tf.sequential({ layers: layers() }));
  assert.equal((await assertFolds(model, [2, 6])).folded.length, 1);
  const { model: converted } = await convertToBatchRenorm(model);
  const kernels = await Promise.all([model, converted].map((one) => one.getWeights()[0].data()));
  assert.deepEqual(kernels[1], kernels[0]);
});

Deno.test("folding leaves the model alone and no tensor beside the new one", async () => {
  const { model } = models["axis 1"]();
  model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  const json = model.toJSON(null, false);
  const before = await Promise.all(model.getWeights().map((weight) => weight.data()));
  const tensors = tf.memory().numTensors;
  const { model: made } = await foldBatchNorm(model);
  made.dispose();
  assert.equal(tf.memory().numTensors, tensors);
  assert.deepEqual(model.toJSON(null, false), json);
  assert.deepEqual(await Promise.all(model.getWeights().map((weight) => weight.data())), before);
  await assert.rejects(foldBatchNorm({} as tf.LayersModel), {
    message: "foldBatchNorm expects a tf.LayersModel: got Object",
  });
});
