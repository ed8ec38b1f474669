/** Masked steps of a layer of this package beside the same steps of `@renorm/core-math`. */
import { BatchNorm1d, BatchRenorm1d } from "@renorm/core-math";
import { assertClose } from "@renorm/testing/assertions";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import * as tf from "@tensorflow/tfjs";
import { renormLayers } from "../renorm_layers.ts";

const shape = [4, 6, 3];

/** A mask for sequences of these lengths. */
export function lengthsMask(lengths: readonly number[], steps: number): number[] {
  return lengths.flatMap((length) => Array.from({ length: steps }, (_, i) => i < length ? 1 : 0));
}

/** Asserts that outputs, gradients and averages of some steps agree, on the backend that is set. */
export async function assertMaskedSteps(isRenorm: boolean): Promise<void> {
  const { batchNormalization, batchRenormalization } = renormLayers(tf);
  const limits = { rmax: 1.5, dmax: 0.5, warmupSteps: 2 };
  const layer = isRenorm
    ? batchRenormalization({ momentum: 0.9, epsilon: 1e-4, ...limits })
    : batchNormalization({ momentum: 0.9, epsilon: 1e-4 });
  layer.build(shape);
  const common = {
    eps: 1e-4,
    momentum: 0.1,
    layout: "channels-last",
    runningVariance: "biased",
  } as const;
  const reference = isRenorm
    ? new BatchRenorm1d(3, { ...common, ...limits })
    : new BatchNorm1d(3, common);
  const [gamma, beta] = layer.trainableWeights.map((weight) => weight.read() as tf.Variable);
  for (let step = 0; step < 4; step++) {
    const random = seededRandom(step);
    const x = randomTensor(shape, random, { shift: 0.7 * step, scale: 1 + 0.5 * step });
    const dy = randomTensor(shape, random);
    const data = lengthsMask([6, step, 3, 1], 6);
    const y = reference.forward(x, { mask: { data, shape: [4, 6] } });
    const dx = reference.backward(dy);

    const mask = tf.tensor(data, [4, 6], "bool");
    const along = tf.tensor(dy.data, shape);
    let output: tf.Tensor | null = null;
    const loss = (x: tf.Tensor): tf.Scalar => {
      output = tf.keep(layer.call(x, { training: true, mask }) as tf.Tensor);
      return tf.sum(tf.mul(output, along)).asScalar();
    };
    const read = (values: tf.Tensor) => values.data();
    const { grads } = tf.valueAndGrads((x: tf.Tensor, _gamma: tf.Tensor, _beta: tf.Tensor) =>
      loss(x)
    )([tf.tensor(x.data, shape), gamma, beta]);
    const tolerance = 2e-5;
    assertClose(await read(output!), y.data, tolerance, "y");
    assertClose(await read(grads[0]), dx.data, tolerance, "dx");
    assertClose(await read(grads[1]), reference.weightGrad!, tolerance, "dWeight");
    assertClose(await read(grads[2]), reference.biasGrad!, tolerance, "dBias");
    const [mean, variance] = layer.nonTrainableWeights.map((weight) => weight.read());
    assertClose(await read(mean), reference.runningMean!, tolerance, "movingMean");
    assertClose(await read(variance), reference.runningVar!, tolerance, "movingVariance");
  }
}
