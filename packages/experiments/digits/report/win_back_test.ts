import assert from "node:assert/strict";
import type { Run } from "../settings.ts";
import type { Epoch, TrainedRun } from "../train.ts";
import { finalAccuracy, winBacks } from "./win_back.ts";

function ended(run: Run, accuracy: number, inTraining = 1): TrainedRun {
  const epoch = (accuracy: number): Epoch => ({
    trainingLoss: 1,
    trainingMode: { loss: 1, accuracy: inTraining },
    evalMode: { loss: 1, accuracy },
    disagreement: 0,
    corrections: [],
  });
  return { run, epochs: [epoch(0.9999), epoch(accuracy)] };
}

const sorted = "class by class" as const;
const results = [0, 1].flatMap((seed) => [
  ended({ norm: "batch norm", batchSize: 32, drawing: "at random", seed }, 0.9 + 0.1 * seed),
  ended({ norm: "batch norm", batchSize: 32, drawing: sorted, seed }, 0.1),
  ended({ norm: "batch norm", batchSize: 2, drawing: sorted, seed }, 0.4 + 0.1 * seed, 0.75),
  ended({ norm: "batch renorm", batchSize: 2, drawing: sorted, seed }, 0.8 + 0.1 * seed),
  ended({ norm: "batch norm", batchSize: 4, drawing: sorted, seed }, 0.2),
]);

Deno.test("finalAccuracy() takes the last epoch, and mean and range over the seeds", () => {
  const kind = { norm: "batch norm", batchSize: 2, drawing: sorted } as const;
  const { mean, low, high } = finalAccuracy(results, kind)!;
  assert.ok(Math.abs(mean - 0.45) < 1e-12);
  assert.deepEqual([low, high], [0.4, 0.5]);
  assert.equal(finalAccuracy(results, kind, "trainingMode")!.mean, 0.75);
  assert.equal(finalAccuracy(results, { ...kind, norm: "group norm" }), null);
});

Deno.test("winBacks() is what batch renorm regains of batch norm's loss against large random batches", () => {
  const [first, ...others] = winBacks(results);
  // Base 0.95, batch norm 0.45, batch renorm 0.85.
  assert.equal(first.batchSize, 2);
  assert.ok(Math.abs(first.base - 0.95) < 1e-12);
  assert.ok(Math.abs(first.share! - 0.8) < 1e-12);
  // Batches of 4 have no batch renorm, and those of 32 are the base.
  assert.deepEqual(others, []);
});

Deno.test("winBacks() has no share where batch norm loses nothing", () => {
  const [{ share }] = winBacks([
    ended({ norm: "batch norm", batchSize: 32, drawing: "at random", seed: 0 }, 0.5),
    ended({ norm: "batch norm", batchSize: 4, drawing: sorted, seed: 0 }, 0.5),
    ended({ norm: "batch renorm", batchSize: 4, drawing: sorted, seed: 0 }, 0.9),
  ]);
  assert.equal(share, null);
});
