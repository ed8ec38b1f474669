/** One of the two networks with its optimizer. */
import { crossEntropy } from "@renorm/experiments/training/cross_entropy";
import { miniCnn, normNames } from "@renorm/experiments/training/mini_cnn";
import { normLayer } from "@renorm/experiments/training/norm_layers";
import * as tf from "@tensorflow/tfjs";
import type { PageSettings } from "../settings.ts";
import { readAtOnce } from "./read_at_once.ts";

/** The norms that are compared, in the order of everything that holds two. */
export const pairNorms = ["batch norm", "batch renorm"] as const;

/** Height and width of the digits. */
const imageSize = 8;

/** Weight of the old value in the optimizer's running gradient. */
const optimizerMomentum = 0.9;

/** Everything that a network has learned, in TensorFlow.js' order. */
export interface NetworkState {
  readonly weights: readonly Float32Array[];
  /** The optimizer's running gradients. */
  readonly velocities: readonly Float32Array[];
}

/** A network in training. */
export interface Network {
  readonly model: tf.Sequential;
  /** One step of the optimizer; gives the loss, which the caller disposes of. */
  train(x: tf.Tensor, y: tf.Tensor): tf.Scalar;
  /** The running statistics of all norm layers, one after another; within a `tf.tidy`. */
  runningStats(): tf.Tensor1D;
  state(): Promise<NetworkState>;
  dispose(): void;
}

/** Makes a network at its start, or as it was after some steps. */
export async function makeNetwork(
  norm: (typeof pairNorms)[number],
  settings: PageSettings,
  step: number,
  state: NetworkState | null,
): Promise<Network> {
  const { rmax, dmax, warmupSteps, momentum, learningRate, seed } = settings;
  const limits = { rmax, dmax, warmupSteps, renormStep: step };
  const makeNorm = normLayer(norm, { groupSize: 1 }, 1 - momentum, limits);
  const model = miniCnn(imageSize, makeNorm, seed);
  const optimizer = tf.train.momentum(learningRate, optimizerMomentum);
  if (state) await restore(model, optimizer, state);
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  return {
    model,
    train: (x, y) =>
      optimizer.minimize(
        () => crossEntropy(y, model.apply(x, { training: true }) as tf.Tensor) as tf.Scalar,
        true,
        variables,
      )!,
    runningStats: () =>
      tf.concat1d(normNames.flatMap((name) => {
        const [, , mean, variance] = model.getLayer(name).weights;
        return [mean, variance].map((weight) => weight.read() as tf.Tensor1D);
      })),
    async state() {
      const weights = model.weights.map((weight) => weight.read());
      const [iterations, ...velocities] = await optimizer.getWeights();
      iterations.tensor.dispose();
      const tensors = [...weights, ...velocities.map(({ tensor }) => tensor)];
      const values = await readAtOnce(() => tensors);
      return {
        weights: values.slice(0, weights.length),
        velocities: values.slice(weights.length),
      };
    },
    dispose() {
      model.dispose();
      optimizer.dispose();
    },
  };
}

async function restore(
  model: tf.Sequential,
  optimizer: tf.MomentumOptimizer,
  { weights, velocities }: NetworkState,
): Promise<void> {
  const tensors = (values: readonly Float32Array[], variables: readonly { shape: unknown }[]) =>
    values.map((one, i) => tf.tensor(one, variables[i].shape as number[]));
  tf.tidy(() => model.setWeights(tensors(weights, model.weights)));
  const iterations = { name: "iter", tensor: tf.scalar(0, "int32") };
  const saved = tensors(velocities, model.trainableWeights).map((tensor, i) => ({
    name: `velocity${i}`,
    tensor,
  }));
  await optimizer.setWeights([iterations, ...saved]);
}
