/** The networks whose `fit` steps are timed, with a place for norms. */
import * as tf from "@tensorflow/tfjs";

/** A network, what goes in, and how it is trained. */
export interface Net {
  /** Of a batch, the batch size first. */
  readonly inputShape: readonly number[];
  readonly outputs: number;
  readonly loss: "categoricalCrossentropy" | "meanSquaredError";
  /** The network with a norm from `norm` in each of its places. */
  layers(norm: Norm): tf.LayersModel;
}

/** Makes a norm; null leaves its place empty. */
export type Norm = () => tf.layers.Layer | null;

const { layers } = tf;
const convolution = { padding: "same", useBias: false } as const;

/** The networks by their names. */
export const nets = {
  "the notebook's MiniCNN": {
    inputShape: [4, 28, 28, 1],
    outputs: 10,
    loss: "categoricalCrossentropy",
    layers: (norm) =>
      sequential([
        layers.conv2d({ ...convolution, kernelSize: 3, filters: 16, inputShape: [28, 28, 1] }),
        norm(),
        layers.reLU(),
        layers.conv2d({ ...convolution, kernelSize: 3, filters: 32 }),
        norm(),
        layers.reLU(),
        layers.globalAveragePooling2d({ dataFormat: "channelsLast" }),
        layers.dense({ units: 10, activation: "softmax" }),
      ]),
  },
  "a critic, 24-256-256-1": {
    inputShape: [256, 24],
    outputs: 1,
    loss: "meanSquaredError",
    layers: (norm) =>
      sequential([
        layers.dense({ units: 256, inputShape: [24] }),
        norm(),
        layers.reLU(),
        layers.dense({ units: 256 }),
        norm(),
        layers.reLU(),
        layers.dense({ units: 1 }),
      ]),
  },
  "a MobileNetV2 block, 16-96-16": {
    inputShape: [4, 7, 7, 16],
    outputs: 10,
    loss: "categoricalCrossentropy",
    layers(norm) {
      const x = tf.input({ shape: [7, 7, 16] });
      const block = [
        layers.conv2d({ ...convolution, kernelSize: 1, filters: 96 }),
        norm(),
        layers.reLU({ maxValue: 6 }),
        layers.depthwiseConv2d({ ...convolution, kernelSize: 3 }),
        norm(),
        layers.reLU({ maxValue: 6 }),
        layers.conv2d({ ...convolution, kernelSize: 1, filters: 16 }),
        norm(),
      ];
      const y = layers.add().apply([x, through(x, block)]) as tf.SymbolicTensor;
      const outputs = through(y, [
        layers.globalAveragePooling2d({ dataFormat: "channelsLast" }),
        layers.dense({ units: 10, activation: "softmax" }),
      ]);
      return tf.model({ inputs: x, outputs });
    },
  },
} as const satisfies Readonly<Record<string, Net>>;

function sequential(layers: readonly (tf.layers.Layer | null)[]): tf.LayersModel {
  return tf.sequential({ layers: layers.filter((layer) => layer !== null) });
}

function through(
  x: tf.SymbolicTensor,
  layers: readonly (tf.layers.Layer | null)[],
): tf.SymbolicTensor {
  return layers.reduce((x, layer) => layer ? layer.apply(x) as tf.SymbolicTensor : x, x);
}
