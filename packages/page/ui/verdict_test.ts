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
    [900, 0.98, 0.23, 0.01, "relies"],
    [900, 0.92, 0.92, 0.01, "holds"],
    [900, 1, 0.78, 0.01, "leans"],
    [300, 0.97, 0.96, 0.01, "holds"],
    [1200, 0.87, 0.31, 0.01, "relies"],
    [1200, 0.97, 0.18, 1, "relies"],
    [1200, 0.5, 0.5, 1, "poor"],
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
