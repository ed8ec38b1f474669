/** Training batches of one value per channel beside those of `@renorm/core-math`. */
import assert from "node:assert/strict";
import { BatchRenorm1d } from "@renorm/core-math";
import { assertClose } from "@renorm/testing/assertions";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import * as tf from "@tensorflow/tfjs";
import { renormLayers } from "../renorm_layers.ts";

const random = seededRandom(3);
const batch = randomTensor([4, 3], random, { shift: 2 });
const single = randomTensor([1, 3], random);
const dy = randomTensor([1, 3], random);

/**
 * Asserts that a layer that was told to takes a batch and then single values as core-math does, on
 * the backend that is set: y, gradients, averages and step.
 */
export async function assertSingleValue(fused: boolean): Promise<void> {
  const { batchNormalization, batchRenormalization } = renormLayers(tf);
  const config = { momentum: 0.7, epsilon: 1e-3, fused, onSingleValue: "running" } as const;
  const limits = { rmax: 3, dmax: 5, warmupSteps: 2 };
  const options = { eps: 1e-3, momentum: 0.3, onSingleValue: "running" } as const;
  const cases = [
    [batchRenormalization({ ...config, ...limits }), limits],
    [batchNormalization(config), { rmax: 1, dmax: 0, warmupSteps: 0 }],
  ] as const;
  for (const [layer, ofLayer] of cases) {
    const reference = new BatchRenorm1d(3, { ...options, ...ofLayer });
    layer.build([null, 3]);
    tf.tidy(() => layer.call(tf.tensor(batch.data, [4, 3]), { training: true }));
    reference.forward(batch);
    const y = reference.forward(single);
    const dx = reference.backward(dy);
    const [gamma, beta] = layer.trainableWeights.map((weight) => weight.read() as tf.Variable);
    const along = tf.tensor(dy.data, [1, 3]);
    let output: tf.Tensor | null = null;
    const { grads } = tf.valueAndGrads((x: tf.Tensor, _gamma: tf.Tensor, _beta: tf.Tensor) => {
      output = tf.keep(layer.call(x, { training: true }) as tf.Tensor);
      return tf.sum(tf.mul(output, along)).asScalar();
    })([tf.tensor(single.data, [1, 3]), gamma, beta]);
    const tolerance = 1e-5;
    assertClose(await output!.data(), y.data, tolerance, "y");
    assertClose(await grads[0].data(), dx.data, tolerance, "dx");
    assertClose(await grads[1].data(), reference.weightGrad!, tolerance, "dWeight");
    assertClose(await grads[2].data(), reference.biasGrad!, tolerance, "dBias");
    const [mean, variance] = layer.nonTrainableWeights.map((weight) => weight.read());
    assertClose(await mean.data(), reference.runningMean!, tolerance, "movingMean");
    assertClose(await variance.data(), reference.runningVar!, tolerance, "movingVariance");
    assert.equal((layer as unknown as { renormStep: number }).renormStep, 1);
  }
}
