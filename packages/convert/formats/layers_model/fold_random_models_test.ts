import assert from "node:assert/strict";
import { fc } from "@renorm/testing/fast_check";
import { filesOf, predict, tf } from "../../testing/layers_models.ts";
import { foldLayersModel } from "./fold_layers_model.ts";

await tf.setBackend("cpu");

/** A step of a random model: what it does, to which of the tensors so far, and with what. */
const steps = fc.array(
  fc.record({
    does: fc.constantFrom("conv", "norm", "norm", "relu", "add", "again", "nested", "depthwise"),
    to: fc.nat(),
    other: fc.nat(),
    flag: fc.boolean(),
    activation: fc.constantFrom("linear", "linear", "relu"),
  }),
  { minLength: 3, maxLength: 9 },
);

const channels = 3;
type Step = typeof steps extends fc.Arbitrary<readonly (infer S)[]> ? S : never;

/**
 * A functional model in which layers are shared, feed several others, and stand in models within.
 */
function build(all: readonly Step[], outputs: readonly number[]): tf.LayersModel {
  const input = tf.input({ shape: [2, 2, channels] });
  const tensors = [input];
  const convolutions: tf.layers.Layer[] = [];
  const options = { filters: channels, kernelSize: 1 } as const;
  all.forEach(({ does, to, other, flag, activation }, i) => {
    const x = tensors[flag ? tensors.length - 1 : to % tensors.length];
    const conv = () =>
      tf.layers.conv2d({ ...options, useBias: flag, activation, name: `conv${i}` });
    const norm = () => tf.layers.batchNormalization({ scale: flag, name: `conv${i}/norm` });
    const apply = (layer: tf.layers.Layer, to: tf.SymbolicTensor | tf.SymbolicTensor[] = x) =>
      void tensors.push(layer.apply(to) as tf.SymbolicTensor);
    if (does === "conv") {
      convolutions.push(conv());
      apply(convolutions.at(-1)!);
    } else if (does === "norm") apply(norm());
    else if (does === "relu") apply(tf.layers.reLU());
    else if (does === "add") {
      // TensorFlow.js itself fails on the sum of a tensor and itself.
      const y = tensors.filter((one) => one !== x)[other % Math.max(1, tensors.length - 1)];
      if (y) apply(tf.layers.add(), [x, y]);
    } else if (does === "again") apply(convolutions[other % convolutions.length] ?? conv());
    else if (does === "depthwise") {
      apply(tf.layers.depthwiseConv2d({ kernelSize: 1, useBias: flag, name: `deep${i}` }));
    } else {
      const inner = tf.sequential({ name: `model${i}` });
      inner.add(tf.layers.inputLayer({ inputShape: [2, 2, channels] }));
      inner.add(conv());
      inner.add(norm());
      apply(inner as unknown as tf.layers.Layer);
    }
  });
  if (tensors.length === 1) tensors.push(tf.layers.reLU().apply(input) as tf.SymbolicTensor);
  const chosen = outputs.map((i) => tensors[1 + i % (tensors.length - 1)]);
  const last = tensors.at(-1)!;
  const model = tf.model({ inputs: input, outputs: [...new Set([...chosen, last])] });
  model.setWeights(
    model.getWeights().map(({ shape }, i) => tf.randomUniform(shape, 0.2, 1.5, "float32", i + 1)),
  );
  return model;
}

Deno.test("a folded model predicts what it did, whatever reads what and however often", async () => {
  let folded = 0;
  let left = 0;
  const outputs = fc.array(fc.nat(), { maxLength: 2 });
  await fc.assert(
    fc.asyncProperty(steps, outputs, async (all, chosen) => {
      const model = build(all, chosen);
      const files = await filesOf(model);
      const x = tf.randomNormal([2, 2, 2, channels], 0, 1, "float32", 7);
      const folding = foldLayersModel(files);
      folded += folding.folded.length;
      left += folding.skipped.length;
      const [before, after] = [await predict(files, x), await predict(folding, x)];
      const most = Math.max(...before.map(Math.abs), 1);
      after.forEach((y, i) => assert.ok(Math.abs(y - before[i]) < 1e-4 * most, `${folding}`));
      tf.dispose(x);
      model.dispose();
    }),
    { numRuns: 40 },
  );
  assert.ok(folded > 10 && left > 10, `${folded} folded, ${left} left`);
});
