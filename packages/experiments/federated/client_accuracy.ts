import * as tf from "@tensorflow/tfjs";
import type { LabelledImages } from "../data/labelled_images.ts";
import { best, imageTensor } from "../training/evaluate.ts";
import { mean } from "../training/mean.ts";

/** How well classes are told in eval mode; where clients' models differ, the mean over them. */
export interface ClientAccuracy {
  /** Share of all images told right. */
  readonly accuracy: number;
  /** Share of the images of each client's own digits told right, the mean over the clients. */
  readonly ownAccuracy: number;
}

/**
 * Tells images by each model, or by a single one for all clients.
 *
 * @param own the digits of each client
 */
export function accuracyBy(
  models: readonly tf.LayersModel[],
  images: LabelledImages,
  own: readonly (readonly number[])[],
): ClientAccuracy {
  const everything = Array.from({ length: images.count }, (_, index) => index);
  const areRight = tf.tidy(() => {
    const x = imageTensor(images, everything);
    return models.map((model) => {
      const rows = (model.predict(x) as tf.Tensor).arraySync() as number[][];
      return rows.map((row, i) => best(row) === images.labels[i] ? 1 : 0);
    });
  });
  return {
    accuracy: mean(areRight.map(mean)),
    ownAccuracy: mean(own.map((digits, client) => {
      const isRight = areRight[client % models.length];
      return mean(isRight.filter((_, i) => digits.includes(images.labels[i])));
    })),
  };
}
