import assert from "node:assert/strict";
import { textsOf } from "../texts/texts.ts";
import { makeFormats } from "../texts/formats.ts";
import { inWords, judge } from "./verdict.ts";

function point(step: number, training: number, inference: number) {
  const reading = { trainingMode: { accuracy: training }, evalMode: { accuracy: inference } };
  return { step, readings: [reading, reading] as const };
}

Deno.test("what a page says of a network follows from its accuracies, by the table of docs/page.md", () => {
  // Steps, accuracy in training mode and at inference, momentum.
  const cases = [
    [0, 0.1, 0.1, 0.01, "untrained"],
    [100, 0.9, 0.1, 0.01, "early"],
    [900, 0.95, 0.3, 0.01, "relies"],
    [900, 0.85, 0.85, 0.01, "holds"],
    [900, 0.85, 0.53, 0.01, "leans"],
    [400, 0.97, 0.93, 0.01, "holds"],
    [1200, 0.81, 0.18, 0.01, "relies"],
    [1200, 0.77, 0.77, 0.01, "holds"],
    [1200, 0.91, 0.16, 1, "relies"],
    [1200, 0.44, 0.44, 1, "poor"],
    [50, NaN, NaN, 0.01, "noNumber"],
  ] as const;
  for (const [step, training, inference, momentum, verdict] of cases) {
    assert.equal(judge(point(step, training, inference), 0, momentum), verdict, verdict);
  }
});

Deno.test("a verdict says both accuracies first", () => {
  assert.equal(
    inWords(textsOf("en"), makeFormats("en"), point(900, 0.98, 0.23), 1, 0.01),
    "98% in training, 23% at inference: it relies on its batch.",
  );
});
