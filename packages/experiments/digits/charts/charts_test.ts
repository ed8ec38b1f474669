import assert from "node:assert/strict";
import type { ExperimentResults } from "../report/results.ts";
import { charts } from "./charts.ts";

const kept: ExperimentResults = JSON.parse(
  await Deno.readTextFile(new URL("../../../../docs/experiments/digits.json", import.meta.url)),
);

function chartsOf(isKept: (run: ExperimentResults["runs"][number]["run"]) => boolean) {
  return charts({ ...kept, runs: kept.runs.filter(({ run }) => isKept(run)) });
}

Deno.test("the report has no chart without a run in it", () => {
  const namesOf = (isKept: Parameters<typeof chartsOf>[0]) => chartsOf(isKept).map((c) => c.name);
  assert.deepEqual(namesOf(({ drawing }) => drawing === "at random"), [
    "accuracy",
    "accuracy-by-epoch-at-random",
    "gap",
  ]);
  assert.deepEqual(namesOf(({ norm }) => norm === "group norm"), [
    "accuracy",
    "accuracy-by-epoch-class-by-class",
    "accuracy-by-epoch-at-random",
  ]);
});

Deno.test("a chart says how many seeds it shows, and draws what can be told apart", () => {
  const textsOf = (all: ReturnType<typeof charts>) => all.map(({ text }) => text).join("\n");
  assert.match(textsOf(charts(kept)), /mean of 3 seeds, and their range/);
  const one = textsOf(chartsOf(({ seed }) => seed === 0));
  assert.match(one, /one seed/);
  assert.doesNotMatch(one, /mean of \d|their range/);

  const gap = charts(kept).find(({ name }) => name === "gap")!;
  assert.match(gap.svg, />batch renorm</);
  // Both of its modes are the same, so its line would lie on batch renorm's.
  assert.doesNotMatch(gap.svg, />frozen batch norm<|>group norm</);
});

Deno.test("where the limits leave the frame, the chart says where they end", () => {
  const chart = (name: string) => charts(kept).find((chart) => chart.name === name)!.svg;
  assert.match(chart("d"), />limits open to ±5</);
  assert.doesNotMatch(chart("r"), /limits open/);
});
