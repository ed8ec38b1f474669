import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { renormLayers } from "./renorm_layers.ts";

await tf.setBackend("cpu");

const classes = () =>
  Object.keys(
    (tf.serialization.SerializationMap.getMap() as { classNameMap: object }).classNameMap,
  );
const ours = ["BatchRenormalization", "TrackedBatchNormalization"];

/** What TensorFlow.js counts and keeps for all: any of it that moves shows in another's program. */
function globalState() {
  const { numTensors, numDataBuffers, numBytes } = tf.memory();
  const { scopeStack, registeredVariables } = tf.engine().state;
  return {
    ...{ numTensors, numDataBuffers, numBytes },
    scopes: scopeStack.length,
    variables: Object.keys(registeredVariables),
    classes: classes().filter((name) => !ours.includes(name)),
    kernels: tf.getKernelsForBackend("cpu").length,
    flags: JSON.stringify((tf.env() as unknown as { flags: object }).flags),
  };
}

Deno.test("renormLayers takes no automatic name, and leaves nothing behind but two classes", () => {
  const makers = [
    () => tf.layers.batchNormalization(),
    () => tf.layers.dense({ units: 1 }),
    () => tf.layers.activation({ activation: "relu" }),
  ];
  const numbers = () => makers.map((make) => Number(/\d+$/.exec(make().name)![0]));
  const before = { numbers: numbers(), state: globalState() };
  assert.ok(!ours.some((name) => classes().includes(name)));
  const { batchRenormalization } = renormLayers(tf);
  assert.deepEqual(globalState(), before.state);
  assert.deepEqual(numbers(), before.numbers.map((number) => number + 1));
  assert.ok(ours.every((name) => classes().includes(name)));
  // The first one of ours is number 1, as in a program that comes later.
  assert.match(batchRenormalization().name, /BatchRenormalization1$/);
});

Deno.test("a copy made of the core and the layers is taken, and either alone is refused by name", async () => {
  const layersOnly = [
    "layers",
    "models",
    "Callback",
    "sequential",
    "input",
    "model",
    "LayersModel",
  ];
  const entries = Object.entries(tf);
  const layers = Object.fromEntries(entries.filter(([name]) => layersOnly.includes(name)));
  const core = Object.fromEntries(entries.filter(([name]) => !layersOnly.includes(name)));
  const refused = (half: object, got: string) =>
    assert.throws(() => renormLayers(half as typeof tf), {
      name: "TypeError",
      message: "renormLayers expects TensorFlow.js with its layers, the whole of " +
        "@tensorflow/tfjs or { ...core, ...layers } of @tensorflow/tfjs-core and " +
        `@tensorflow/tfjs-layers: got ${got}`,
    });
  refused(layers, "the layers without the core");
  refused(core, "the core without the layers");

  // With layers of its own, or the definitions of the test before would be used.
  const made = { ...core, ...layers, layers: { ...tf.layers } } as unknown as typeof tf;
  const { batchRenormalization, gapReport } = renormLayers(made);
  const model = tf.sequential({ layers: [batchRenormalization({ inputShape: [3] })] });
  model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  const x = tf.randomNormal([8, 3], 1, 1, "float32", 1);
  const { history } = await model.fit(x, x, { batchSize: 4, verbose: 0 });
  assert.ok(Number.isFinite(history.loss[0]));
  assert.equal((await gapReport(model, x)).layers.length, 1);
});
