import type { Digits } from "./digits.ts";

/** Images of one size and what they show. */
export interface LabelledImages {
  /** Pixels of shape `[count, size, size]`, row-major, in [0, 1]: 0 is paper, 1 is ink. */
  readonly pixels: Float32Array;
  /** The class of each image, 0 to 9, of shape `[count]`. */
  readonly labels: Uint8Array;
  /** Height and width. */
  readonly size: number;
  readonly count: number;
}

/** What is learned from, and what is only tested on. */
export interface TrainingData {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
}

/** The digits as images of one size. */
export function labelledDigits({ images, labels, count }: Digits): LabelledImages {
  return { pixels: images, labels, size: Math.sqrt(images.length / count), count };
}

/** The digits in their order: the first to train on, the others to test. */
export function splitDigits(digits: Digits, trainCount: number): TrainingData {
  return splitAt(labelledDigits(digits), trainCount);
}

/** The first images to train on, the others to test. */
export function splitAt(images: LabelledImages, first: number): TrainingData {
  const { pixels, labels, size, count } = images;
  const part = (start: number, end: number): LabelledImages => ({
    pixels: pixels.subarray(start * size * size, end * size * size),
    labels: labels.subarray(start, end),
    size,
    count: end - start,
  });
  return { train: part(0, first), test: part(first, count) };
}
