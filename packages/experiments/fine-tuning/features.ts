/** What the frozen part makes of the views: computed once, since it is the same for every norm. */
import * as tf from "@tensorflow/tfjs";
import { loadDigits } from "../data/digits.ts";
import { labelledDigits, type LabelledImages } from "../data/labelled_images.ts";
import { mt19937 } from "../data/mt19937.ts";
import { shuffle } from "../data/shuffled_batches.ts";
import { loadGarments } from "./garments.ts";
import { type FineTuningSettings, mostObjects, type Run } from "./settings.ts";
import { drawViews } from "./views.ts";

/** Features and the classes of what they show. */
export interface Features {
  readonly x: tf.Tensor4D;
  readonly labels: Uint8Array;
}

/** What a run learns from and is tested on. */
export interface RunFeatures {
  /** Round after round, object after object, view after view. */
  readonly train: Features;
  /** An object of each class in turns, one view each. */
  readonly test: Features;
}

/** Number of classes, of garments as of digits. */
export const classes = 10;

/** Decides the views that are tested on, the same in every run. */
const testSeed = 1_000_000;

/** Loads the images of an experiment. */
export async function loadImages(
  { images, testObjects }: FineTuningSettings,
): Promise<LabelledImages> {
  if (images === "garments") return await loadGarments(mostObjects + 2 * testObjects);
  return labelledDigits(await loadDigits());
}

/** The features of a run: of its seed's objects and views, and of those to test or to tune on. */
export function featuresOf(
  frozen: tf.LayersModel,
  images: LabelledImages,
  { seed, tunedRate }: Run,
  settings: FineTuningSettings,
): RunFeatures {
  const { objects, views, rounds, size, testObjects } = settings;
  const ofClass = Array.from({ length: classes }, (_, label) => indicesOf(images.labels, label));
  const generator = mt19937(seed);
  const shown = ofClass.flatMap((indices) => {
    const pool = indices.slice(0, mostObjects);
    shuffle(pool, generator);
    return pool.slice(0, objects);
  });
  const everyRound = Array.from({ length: rounds }, () => shown).flat();
  const first = tunedRate === undefined ? mostObjects : mostObjects + testObjects;
  const tested = Array.from({ length: testObjects }, (_, i) => ofClass.map((of) => of[first + i]));
  const see = (objects: readonly number[], views: number, generator = mt19937(testSeed)) => ({
    x: compute(frozen, drawViews(images, objects, views, size, generator), size),
    labels: Uint8Array.from(objects.flatMap((o) => Array(views).fill(images.labels[o]))),
  });
  return { train: see(everyRound, views, generator), test: see(tested.flat(), 1) };
}

function indicesOf(labels: Uint8Array, label: number): number[] {
  return Array.from(labels.keys()).filter((i) => labels[i] === label);
}

/** Images that are computed at once. */
const atOnce = 32;

function compute(frozen: tf.LayersModel, views: Float32Array, size: number): tf.Tensor4D {
  return tf.tidy(() => {
    const pixels = size * size * 3;
    const parts: tf.Tensor4D[] = [];
    for (let start = 0; start < views.length; start += atOnce * pixels) {
      const part = views.subarray(start, start + atOnce * pixels);
      parts.push(tf.tidy(() => {
        const x = tf.tensor4d(part, [part.length / pixels, size, size, 3]);
        return frozen.predict(x) as tf.Tensor4D;
      }));
    }
    return tf.concat(parts);
  });
}
