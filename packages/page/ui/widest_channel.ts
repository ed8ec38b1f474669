/** The channel in which digits lie farthest apart. */
import type { TrainedStep } from "../training/pair.ts";
import type { NetworkIndex } from "./view.ts";

/** The digit that all images of a batch show; null where they show several. */
export function digitOf(images: readonly number[], labels: ArrayLike<number>): number | null {
  const first = labels[images[0]];
  return images.every((index) => labels[index] === first) ? first ?? null : null;
}

/**
 * The channel of a layer whose batches have the most different means from digit to digit, in
 * running deviations; where a batch shows several digits, from batch to batch. Another takes the
 * place of the `present` one only when it is half as wide again: a chart should not change all the
 * time.
 */
export function widestChannel(
  steps: readonly TrainedStep[],
  labels: ArrayLike<number>,
  network: NetworkIndex,
  layer: number,
  present: number,
): number {
  const last = steps.at(-1);
  if (last === undefined) return present;
  const groups = Map.groupBy(steps, ({ step, images }) => digitOf(images, labels) ?? `${step}`);
  const { variance } = last.layers[network][layer].running;
  const spreads = Array.from(variance, (runningVariance, c) => {
    const means = [...groups.values()].map((steps) =>
      average(steps.map(({ layers }) => layers[network][layer].batch.mean[c]))
    );
    const middle = average(means);
    return average(means.map((mean) => (mean - middle) ** 2)) / (runningVariance + 1e-3);
  });
  const widest = spreads.indexOf(Math.max(...spreads));
  return spreads[widest] > 1.5 ** 2 * spreads[present] ? widest : present;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
