import { classByClassBatches, type Digits, randomBatches } from "@renorm/experiments/data/digits";
import { mt19937 } from "@renorm/experiments/data/mt19937";
import type { PageSettings } from "../settings.ts";

/** Images that are measured at least, for each digit. */
const imagesADigit = 20;
const digits = 10;

/** Draws batches without end, as the settings say. */
export function drawBatches(
  images: Pick<Digits, "labels" | "count">,
  { batchSize, drawing, seed }: Pick<PageSettings, "batchSize" | "drawing" | "seed">,
): Generator<number[], never> {
  const draw = drawing === "at random" ? randomBatches : classByClassBatches;
  return draw(images, batchSize, mt19937(seed));
}

/**
 * The batches of test images that a run is measured on: about 200 images, or ten batches if these
 * hold more. Class by class, every digit has as many batches.
 */
export function measuredBatches(
  images: Pick<Digits, "labels" | "count">,
  settings: Pick<PageSettings, "batchSize" | "drawing" | "seed">,
): number[][] {
  const count = digits * Math.max(1, Math.round(imagesADigit / settings.batchSize));
  const batches = drawBatches(images, settings);
  return Array.from({ length: count }, () => batches.next().value);
}
