import assert from "node:assert/strict";
import type { Measurement } from "../protocol.ts";
import type { TrainedStep } from "../training/pair.ts";
import { backAt, emptyHistory, keptSteps, withMeasurement, withSteps } from "./history.ts";

function measurement(step: number, accuracy = 0.5): Measurement {
  const score = { loss: 1, accuracy };
  const reading = { trainingMode: score, evalMode: score };
  const limits = { rmax: 1, dmax: 0 };
  return {
    step,
    readings: [reading, reading],
    limits: [limits, limits],
    corrections: null,
  };
}

function steps(from: number, to: number): TrainedStep[] {
  return Array.from({ length: to - from + 1 }, (_, i) => {
    return { step: from + i, images: [], losses: [0, 0], layers: [[], []] };
  });
}

Deno.test("a step that is measured again takes the place of the first, and of what came later", () => {
  const before = [0, 25, 50].map((step) => measurement(step)).reduce(withMeasurement, emptyHistory);
  const { points } = withMeasurement(before, measurement(25, 0.75));
  assert.deepEqual(points.map(({ step, readings }) => [step, readings[0].evalMode.accuracy]), [
    [0, 0.5],
    [25, 0.75],
  ]);
});

Deno.test("the last steps are kept, as many as the charts show, each once", () => {
  const history = withSteps(withSteps(emptyHistory, steps(1, 80)), steps(81, 130));
  assert.equal(history.steps.length, keptSteps);
  assert.deepEqual([history.steps[0].step, history.steps.at(-1)?.step], [31, 130]);
  const repeated = withSteps(history, steps(126, 128));
  assert.deepEqual(
    repeated.steps.map(({ step }) => step),
    history.steps.map(({ step }) => step).slice(0, -2),
  );
});

Deno.test("a run that goes on from a step knows nothing of later ones", () => {
  const measured = [0, 25].map((step) => measurement(step)).reduce(withMeasurement, emptyHistory);
  const back = backAt(withSteps(measured, steps(1, 30)), 25);
  assert.equal(back.points.at(-1)?.step, 25);
  assert.equal(back.steps.at(-1)?.step, 25);
  assert.equal(backAt(measured, 0).points.length, 1);
});
