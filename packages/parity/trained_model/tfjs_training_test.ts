import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs";
import { readGoldenFolder } from "../golden_folder.ts";
import type { GoldenModel } from "./golden_model.ts";
import { parseModules } from "./model_modules.ts";
import { trainAndCompare } from "./tfjs_training.ts";

await tf.setBackend("cpu");
const [golden] = (await readGoldenFolder(new URL("../golden/", import.meta.url))).models;

const changes: Readonly<Record<string, [GoldenModel, RegExp]>> = {
  "a loss that is off by 0.001": [
    { ...golden, losses: golden.losses.map((loss, i) => i === 6 ? loss + 1e-3 : loss) },
    /^loss of step 7$/,
  ],
  "a value of the running mean that is off by 0.2 %": [
    {
      ...golden,
      final: {
        ...golden.final,
        "net.4.running_mean": golden.final["net.4.running_mean"].with(
          3,
          1.002 * golden.final["net.4.running_mean"][3],
        ),
      },
    },
    /^final net\.4\.running_mean$/,
  ],
  "a tensor of another length": [
    { ...golden, final: { ...golden.final, "net.1.bias": [1] } },
    /^final net\.1\.bias$/,
  ],
  "a warm-up of another length": [
    { ...golden, convert: { ...golden.convert, warmupSteps: 12 } },
    /^final|^loss|^eval/,
  ],
};

for (const [name, [changed, place]] of Object.entries(changes)) {
  Deno.test(`a training does not pass with ${name}, and leaves no tensor`, async () => {
    const before = tf.memory().numTensors;
    const comparison = await trainAndCompare(changed, false);
    assert.equal(comparison.passed, false);
    assert.match(comparison.place, place);
    assert.equal(tf.memory().numTensors, before);
  });
}

Deno.test("a golden file's description of a model is read, and refused with the word that is not known", () => {
  assert.deepEqual(parseModules("conv5x5(3->4,pad 2) norm relu mean(h,w) linear(4->2)"), [
    { kind: "conv", kernelSize: 5, inputs: 3, outputs: 4, pad: 2, hasBias: true },
    { kind: "norm" },
    { kind: "relu" },
    { kind: "mean" },
    { kind: "linear", inputs: 4, outputs: 2 },
  ]);
  assert.throws(() => parseModules("norm dropout(0.5)"), /got "dropout\(0\.5\)"/);
});
