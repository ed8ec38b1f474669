/** Steps of a layer of this package beside the same steps of `@renorm/core-math`. */
import assert from "node:assert/strict";
import {
  BatchNorm1d,
  BatchNorm2d,
  BatchNorm3d,
  BatchRenorm1d,
  BatchRenorm2d,
  BatchRenorm3d,
} from "@renorm/core-math";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import * as tf from "@tensorflow/tfjs";
import { fusedTrainingStep } from "../fused_training_step.ts";
import type { StockLayer } from "../layer_interface.ts";
import { renormLayers } from "../renorm_layers.ts";
import { trainingStepOf } from "../training_step.ts";

/** A layer to compare: the shape of its input, and its config in Keras' words. */
export interface Compared {
  readonly shape: readonly number[];
  readonly axis: number;
  readonly scale?: boolean;
  readonly center?: boolean;
  /** Absent for batch norm. */
  readonly limits?: { rmax: number; dmax: number; warmupSteps: number };
  readonly fused?: boolean;
}

const references = {
  norm: [BatchNorm1d, BatchNorm1d, BatchNorm2d, BatchNorm3d],
  renorm: [BatchRenorm1d, BatchRenorm1d, BatchRenorm2d, BatchRenorm3d],
} as const;

/** A layer that is built for a shape. */
export function build(compared: Compared): tf.layers.Layer {
  const { shape, limits, ...config } = compared;
  const { batchRenormalization, batchNormalization } = renormLayers(tf);
  const common = { ...config, momentum: 0.9, epsilon: 1e-4 };
  const layer = limits
    ? batchRenormalization({ ...common, ...limits })
    : batchNormalization(common);
  layer.build([...shape]);
  return layer;
}

/** Inputs that stray farther from step to step, so that r and d reach their limits. */
export function stepInput(shape: readonly number[], step: number) {
  const random = seededRandom(31 * step + shape.length);
  return randomTensor(shape, random, { shift: 0.7 * step, scale: 1 + 0.5 * step });
}

/** Runs both for some steps and asserts that outputs, gradients and averages agree. */
export async function assertSameSteps(compared: Compared, steps = 4, tolerance = 2e-5) {
  const { shape, axis, scale = true, center = true, limits } = compared;
  const position = axis < 0 ? axis + shape.length : axis;
  const channels = shape[position];
  const layer = build(compared);
  const Reference = references[limits ? "renorm" : "norm"][shape.length - 2];
  const reference = new Reference(channels, {
    eps: 1e-4,
    momentum: 0.1,
    runningVariance: "biased",
    layout: position === 1 ? "channels-first" : "channels-last",
    ...limits,
  });
  const close = (name: string, values: ArrayLike<number>, expected: ArrayLike<number>) => {
    const largest = Math.max(1, ...Array.from(expected, Math.abs));
    Array.from(values).forEach((value, i) => {
      const error = Math.abs(value - expected[i]);
      assert.ok(error <= tolerance * largest, `${name}[${i}]: ${value}, expected ${expected[i]}`);
    });
  };
  for (let step = 0; step < steps; step++) {
    const input = stepInput(shape, step);
    const dy = randomTensor(shape, seededRandom(77 + step));
    const expected = reference.forward(input);
    const dx = reference.backward(dy);

    const x = tf.tensor(input.data, [...shape]);
    const loss = (x: tf.Tensor) =>
      tf.sum(tf.mul(layer.call(x, { training: true }) as tf.Tensor, tf.tensor(dy.data, [...shape])))
        .asScalar();
    let y: tf.Tensor | null = null;
    const gradient = tf.valueAndGrads((x: tf.Tensor, ..._weights: tf.Tensor[]) => loss(x));
    const weights = layer.trainableWeights.map((weight) => weight.read());
    // Before the step: afterwards the averages have moved.
    const { grads } = gradient([x, ...weights]);
    close(`dx of step ${step}`, await grads[0].data(), dx.data);
    const parameterGradients = [
      ...scale ? [reference.weightGrad!] : [],
      ...center ? [reference.biasGrad!] : [],
    ];
    for (const [i, expected] of parameterGradients.entries()) {
      close(`weight gradient ${i} of step ${step}`, await grads[i + 1].data(), expected);
    }
    const [mean, variance] = layer.nonTrainableWeights.map((weight) => weight.read());
    close(`moving mean after step ${step}`, await mean.data(), reference.runningMean!);
    close(`moving variance after step ${step}`, await variance.data(), reference.runningVar!);
    reference.eval();
    y = layer.call(x, { training: false }) as tf.Tensor;
    close(`inference after step ${step}`, await y.data(), reference.forward(input).data);
    reference.train();
    assert.equal(expected.shape.length, shape.length);
    tf.dispose([x, y, ...grads]);
  }
}

/**
 * Asserts that a penalty on the gradient has the gradient that finite differences give, where r and
 * d are clipped: constants, as they are to the gradient.
 */
export async function assertSecondOrder(): Promise<void> {
  const shape = [4, 3];
  const layer = renormLayers(tf).batchRenormalization({
    ...{ rmax: 1.1, dmax: 0.2, warmupSteps: 0, epsilon: 0.1 },
    // The averages stay.
    momentum: 1,
  });
  layer.build(shape);
  layer.setWeights(
    [[1, 2, 3], [0.1, 0.2, 0.3], [5, -5, 5], [0.01, 0.01, 9]].map((v) => tf.tensor(v)),
  );
  const factors = tf.tensor(stepInput(shape, 0).data, shape);
  // No function whose gradient reads its output, such as tanh: TensorFlow.js forgets that part.
  const inner = (x: tf.Tensor) =>
    tf.sum(tf.mul(factors, tf.square(layer.call(x, { training: true }) as tf.Tensor))).asScalar();
  const penalty = (x: tf.Tensor) => tf.sum(tf.square(tf.grad(inner)(x))).asScalar();
  const { data } = stepInput(shape, 0);
  const gradient = await tf.grad(penalty)(tf.tensor(data, shape)).data();
  const largest = Math.max(...gradient.map(Math.abs));
  for (const [i, value] of data.entries()) {
    const at = async (offset: number) =>
      (await penalty(tf.tensor(data.with(i, value + offset), shape)).data())[0];
    const expected = (await at(0.01) - await at(-0.01)) / 0.02;
    const error = Math.abs(gradient[i] - expected);
    assert.ok(error < 1e-3 * largest, `[${i}]: ${gradient[i]}, finite difference ${expected}`);
  }
}

const limits = { rmax: 1.5, dmax: 0.5, warmupSteps: 3 };

/** Throws unless a fused step that is told so leaves the averages as they are. */
export async function assertMovesNothing(): Promise<void> {
  const layer = build(comparedLayers["rank 2"]) as unknown as StockLayer;
  const x = tf.tensor(stepInput([6, 5], 1).data, [6, 5]);
  const step = trainingStepOf(layer, x, null, { rmax: 3, dmax: 5 });
  const averages = () =>
    Promise.all([step.movingMean, step.movingVariance].map((average) => average.data()));
  const before = await averages();
  const read = async (updateStats: boolean) =>
    await tf.tidy(() => fusedTrainingStep(tf, { ...step, updateStats })!).data();
  const y = await read(false);
  assert.deepEqual(await averages(), before);
  assert.deepEqual(await read(true), y);
  assert.notDeepEqual(await averages(), before);
}

/** Every axis that our kernels take, ranks 2 to 5, with and without parameters, clipped and not. */
export const comparedLayers: Record<string, Compared> = {
  "rank 2": { shape: [6, 5], axis: -1, limits },
  "rank 3, axis 1": { shape: [4, 3, 6], axis: 1, limits },
  "rank 4": { shape: [2, 4, 4, 3], axis: -1, limits },
  "rank 4, axis 1": { shape: [2, 3, 4, 4], axis: 1, limits },
  "rank 5": { shape: [2, 2, 3, 2, 4], axis: -1, limits },
  "rank 5, axis 1": { shape: [2, 4, 2, 3, 2], axis: 1, limits },
  "without scale": { shape: [2, 4, 4, 3], axis: -1, scale: false, limits },
  "without centre": { shape: [2, 4, 4, 3], axis: -1, center: false, limits },
  "without either": { shape: [6, 5], axis: -1, scale: false, center: false, limits },
  "nothing clipped": {
    shape: [4, 4, 4, 3],
    axis: -1,
    limits: { rmax: 100, dmax: 100, warmupSteps: 0 },
  },
  "batch norm": { shape: [2, 4, 4, 3], axis: -1 },
  "batch norm, axis 1, without scale": { shape: [2, 3, 4, 4], axis: 1, scale: false },
};

export { tf };
