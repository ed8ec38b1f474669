/** Under which names `gapReport` takes tensors and gives losses and metrics. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { renormLayers } from "./renorm_layers.ts";

await tf.setBackend("cpu");
const { batchRenormalization, gapReport } = renormLayers(tf);

const channels = 4;
const x = tf.randomNormal([10, channels], 0.3, 1.5, "float32", 1);
const y = tf.randomNormal([10, channels], 0, 1, "float32", 2);

const close = (value: number, expected: number) =>
  assert.ok(Math.abs(value - expected) < 1e-5, `${value}, expected ${expected}`);

Deno.test("tensors by the names of inputs and outputs, as fit takes them, in any order", async () => {
  const inputs = ["a", "b"].map((name) => tf.input({ shape: [channels], name }));
  const heads = inputs.map((input, i) =>
    tf.layers.dense({
      ...{ units: channels, name: `head/${i}` },
      kernelInitializer: tf.initializers.glorotUniform({ seed: i + 1 }),
    }).apply(batchRenormalization().apply(input)) as tf.SymbolicTensor
  );
  const model = tf.model({ inputs, outputs: heads });
  model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  const twice = tf.mul(x, 2);
  const [inOrder, byName] = [
    await gapReport(model, [x, twice], { y: [y, twice], batchSize: 5 }),
    await gapReport(model, { b: twice, a: x }, {
      y: { "head/1": twice, "head/0": y },
      batchSize: 5,
    }),
  ];
  assert.equal(String(byName), String(inOrder));
  assert.equal(Object.keys(byName.eval!).join(), "loss,head/0_loss,head/1_loss");
});

/** A functional model over one norm: two layers of outputs, one of them used twice. */
function manyOutputs(compile: (names: string[]) => Partial<tf.ModelCompileArgs>): tf.LayersModel {
  const input = tf.input({ shape: [channels] });
  const norm = batchRenormalization({ name: "norm" }).apply(input) as tf.SymbolicTensor;
  const [plain, shared] = ["out/plain", "shared"].map((name, i) =>
    tf.layers.dense({
      ...{ units: 1, name, activation: "sigmoid" },
      kernelInitializer: tf.initializers.glorotUniform({ seed: i + 1 }),
    })
  );
  const outputs = [plain.apply(norm), shared.apply(norm), shared.apply(input)];
  const model = tf.model({ inputs: input, outputs: outputs as tf.SymbolicTensor[] });
  const args = { optimizer: tf.train.sgd(0), ...compile(model.outputNames) };
  model.compile(args as tf.ModelCompileArgs);
  return model;
}

const compiled: Record<string, (names: string[]) => Record<string, unknown>> = {
  "one loss": () => ({ loss: "meanSquaredError" }),
  "a list, and one metric for all": () => ({
    loss: ["meanSquaredError", "binaryCrossentropy", "meanAbsoluteError"],
    metrics: "mse",
  }),
  "a list of metrics, some of them twice": () => ({
    loss: "meanSquaredError",
    metrics: ["mae", "accuracy", "mae", tf.metrics.cosineProximity],
  }),
  "records by output": ([first, second]) => ({
    loss: { [first]: "binaryCrossentropy", [second]: "meanSquaredError" },
    metrics: { [second]: ["mae", "accuracy"], [first]: "mse" },
  }),
};
for (const [name, compile] of Object.entries(compiled)) {
  Deno.test(`names and values of losses and metrics are those of fit's history: ${name}`, async () => {
    const model = manyOutputs(compile);
    const y = [0, 1, 2].map((i) => tf.randomUniform([8, 1], 0, 1, "float32", i + 1));
    const some = tf.slice(x, 0, 8);
    const { training } = await gapReport(model, some, { y, batchSize: 4 });
    // No step of the optimizer moves a thing, and r and d are clipped alike: limits of the end.
    (model.getLayer("norm") as unknown as { renormStep: number }).renormStep = 5000;
    const momentum = model.getLayer("norm") as unknown as { momentum: number };
    momentum.momentum = 1;
    const { history } = await model.fit(some, y, { batchSize: 4, shuffle: false, verbose: 0 });
    assert.deepEqual(Object.keys(training!), Object.keys(history));
    for (const [name, [value]] of Object.entries(history)) close(training![name], value as number);
  });
}
