import * as tf from "@tensorflow/tfjs";
import { type TorchGenerator, torchGenerator } from "../data/torch_random.ts";
import { layerChannels } from "./layer_channels.ts";

/** Makes the norm layer with a name. */
export type MakeNorm = (name: string) => tf.layers.Layer;

/**
 * The names of the norm layers, from the input on; `norms[i]` normalises the output of `convs[i]`.
 */
export const normNames = ["norm1", "norm2"] as const;

/** The names of the convolutions. */
export const convolutionNames = ["conv1", "conv2"] as const;

const classes = 10;

/**
 * Builds the notebook's MiniCNN for square images of one channel: twice a 3 × 3 convolution without
 * bias, a norm and ReLU, with 16 and 32 channels; the mean over the pixels; a dense layer to 10
 * classes.
 *
 * @param size height and width of an image; of images larger than the notebook's 8 × 8 the first
 * convolution takes every ⌊size / 7⌋-th pixel, so that they cost about as much
 * @param makeNorm makes each of the two norm layers
 * @param seed decides the kernels, whatever the norm: normal, with the deviation √(2 / inputs) of
 * He et al. 2015 for the convolutions and √(1 / inputs) for the dense layer
 */
export function miniCnn(size: number, makeNorm: MakeNorm, seed: number): tf.Sequential {
  const { conv2d, activation, globalAveragePooling2d, dense } = tf.layers;
  const model = tf.sequential({ name: "MiniCNN" });
  layerChannels.forEach((filters, i) => {
    model.add(conv2d({
      name: convolutionNames[i],
      filters,
      kernelSize: 3,
      padding: "same",
      useBias: false,
      strides: i === 0 ? Math.max(1, Math.floor(size / 7)) : 1,
      ...(i === 0 ? { inputShape: [size, size, 1] } : {}),
    }));
    model.add(makeNorm(normNames[i]));
    model.add(activation({ name: `relu${i + 1}`, activation: "relu" }));
  });
  model.add(globalAveragePooling2d({ name: "mean", dataFormat: "channelsLast" }));
  model.add(dense({ name: "classes", units: classes }));
  setStart(model, torchGenerator(seed));
  return model;
}

function setStart(model: tf.Sequential, generator: TorchGenerator): void {
  for (const name of [...convolutionNames, "classes"]) {
    const kernel = model.getLayer(name).weights[0];
    const shape = kernel.shape as number[];
    const inputs = shape.slice(0, -1).reduce((product, length) => product * length, 1);
    const deviation = Math.sqrt((name === "classes" ? 1 : 2) / inputs);
    const values = generator.randn(inputs * shape[shape.length - 1]).map((v) => v * deviation);
    tf.tidy(() => {
      kernel.write(tf.tensor(values, shape));
    });
  }
}
