import assert from "node:assert/strict";
import { assertSamePrediction, filesOf, tf } from "../testing/layers_models.ts";
import { foldLayersModel } from "../formats/layers_model/fold_layers_model.ts";

await tf.setBackend("cpu");

Deno.test("constraints of a layer that a batch norm went into are taken off, and that is said", async () => {
  const { conv2d, separableConv2d, depthwiseConv2d, dense, batchNormalization, flatten } =
    tf.layers;
  const limited = { biasConstraint: tf.constraints.nonNeg() } as const;
  const kernelConstraint = tf.constraints.maxNorm({ maxValue: 0.1 });
  const size = { kernelSize: 2, padding: "same" } as const;
  const model = tf.sequential({
    layers: [
      conv2d({ inputShape: [4, 4, 2], filters: 3, ...size, ...limited, kernelConstraint }),
      batchNormalization(),
      depthwiseConv2d({ ...size, ...limited, depthwiseConstraint: tf.constraints.unitNorm({}) }),
      batchNormalization(),
      separableConv2d({ filters: 2, ...size, pointwiseConstraint: tf.constraints.nonNeg() }),
      batchNormalization(),
      flatten(),
      dense({ units: 3, useBias: false, kernelConstraint: tf.constraints.unitNorm({}) }),
      batchNormalization(),
    ],
  });
  model.setWeights(
    model.getWeights().map((weight, i) => tf.randomUniform(weight.shape, 0.1, 2, "float32", i + 1)),
  );
  const x = tf.randomNormal([2, 4, 4, 2], 0, 1, "float32", 3);
  // Saved as loaded, so that the file's values keep the constraints as those of training do.
  const files = await filesOf(model);
  const folding = foldLayersModel(files);
  assert.equal(folding.folded.length, 4);
  assert.match(String(folding), /its (kernel|bias)_constraint.* was taken off/);
  await assertSamePrediction(files, folding, x);
});
