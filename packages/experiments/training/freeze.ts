import * as tf from "@tensorflow/tfjs";
import { moments } from "@renorm/wasm-kernels";
import { renormLayers } from "@renorm/tfjs";
import type { LabelledImages } from "../data/labelled_images.ts";
import { imageTensor } from "./evaluate.ts";
import { convolutionNames, normNames } from "./mini_cnn.ts";

const { freezeBatchNorm } = renormLayers(tf);

/** Images from which frozen batch norm has its statistics. */
const frozenImages = 256;

/** Gives the norm layers the statistics of some training images at the start, and freezes them. */
export function freeze(model: tf.Sequential, images: LabelledImages): void {
  const count = Math.min(frozenImages, images.count);
  const indices = Array.from({ length: count }, (_, i) => Math.floor(i * images.count / count));
  normNames.forEach((name, i) => {
    tf.tidy(() => {
      const { output } = model.getLayer(convolutionNames[i]);
      const upToHere = tf.model({ inputs: model.inputs, outputs: output });
      const x = upToHere.predict(imageTensor(images, indices)) as tf.Tensor;
      const { mean, variance } = moments({ data: x.dataSync<"float32">(), shape: x.shape }, {
        layout: "channels-last",
      });
      const layer = model.getLayer(name);
      const [gamma, beta] = layer.getWeights();
      layer.setWeights([gamma, beta, tf.tensor1d([...mean]), tf.tensor1d([...variance])]);
    });
  });
  freezeBatchNorm(model);
}
