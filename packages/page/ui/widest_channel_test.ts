import assert from "node:assert/strict";
import { layerChannels } from "@renorm/experiments/training/layer_channels";
import type { TrainedStep } from "../training/pair.ts";
import { digitOf, widestChannel } from "./widest_channel.ts";

const labels = [3, 3, 7, 7];

/** Steps with one layer, whose channels have these means for the digits 3 and 7 in turn. */
function steps(...means: readonly (readonly [number, number])[]): TrainedStep[] {
  const ones = Float32Array.from(means, () => 1);
  return Array.from({ length: 8 }, (_, i): TrainedStep => {
    const mean = Float32Array.from(means, (of) => of[i % 2]);
    const batch = { mean, variance: ones };
    const layers = [[{ batch, running: { mean: ones, variance: ones } }]];
    return {
      step: i + 1,
      images: i % 2 ? [2, 3] : [0, 1],
      losses: [0, 0],
      layers: [layers[0], layers[0]],
    };
  });
}

Deno.test("a batch has a digit if all its images show it", () => {
  assert.deepEqual([[0, 1], [1, 2], [2]].map((images) => digitOf(images, labels)), [3, null, 7]);
  assert.equal(digitOf([0, 1], []), null);
});

Deno.test("the channel whose digits lie farthest apart is taken, and kept while it is not far behind", () => {
  assert.equal(widestChannel(steps([0, 0.1], [1, -1], [2, 2]), labels, 0, 0, 0), 1);
  assert.equal(widestChannel(steps([0, 1], [0, 1.4], [0, 0]), labels, 0, 0, 0), 0);
  assert.equal(widestChannel(steps([0, 1], [0, 1.6], [0, 0]), labels, 0, 0, 0), 1);
  assert.equal(widestChannel([], labels, 1, 0, layerChannels[0] - 1), layerChannels[0] - 1);
});
