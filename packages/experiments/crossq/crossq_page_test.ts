import assert from "node:assert/strict";
import { tableOf } from "@renorm/testing/markdown_table";
import { type CrossqResults, resultsJson, runsOf, solvedAt, tableRows } from "./results.ts";
import { returnChart } from "./return_chart.ts";
import { compared, defaultSettings, tried, type Variant } from "./settings.ts";
import { standaloneSvg } from "../charts/chart_legend.ts";
import { train } from "./train.ts";

const docs = new URL("../../../docs/", import.meta.url);
const read = (path: string) => Deno.readTextFile(new URL(path, docs));
const page = (await read("experiments/crossq.md")).replace(/\n(?=[^\n|#])/g, " ");
const tables = await read("experiments/crossq.md");
const kept = await read("experiments/crossq.json");
const results: CrossqResults = JSON.parse(kept);
const { settings } = results;
const all = [...compared, ...tried];

/** Steps to a return of −200 by seed, least first; Infinity where it is not reached. */
function arrivals(variant: Variant): number[] {
  return runsOf(results, variant).map((run) => solvedAt(run, settings) ?? Infinity)
    .sort((a, b) => a - b);
}

function median(sorted: readonly number[]): number {
  const half = (sorted.length - 1) / 2;
  return (sorted[Math.floor(half)] + sorted[Math.ceil(half)]) / 2;
}

Deno.test("the tables and the chart on the page of crossq are those of the kept results", async () => {
  assert.deepEqual(tableOf(tables, "variant"), tableRows(results, compared));
  assert.deepEqual(tableOf(tables, "tried"), tableRows(results, tried));
  assert.equal(await read("images/crossq-return.svg"), standaloneSvg(returnChart(results).svg));
});

Deno.test("the kept results of crossq are of the settings of today, each variant of the same seeds", () => {
  assert.deepEqual(settings, defaultSettings);
  assert.equal(kept, resultsJson(results));
  const seeds = (variant: Variant) => runsOf(results, variant).map(({ seed }) => seed);
  assert.ok(seeds("batch renorm").length >= 5);
  for (const variant of all) assert.deepEqual(seeds(variant), seeds("batch renorm"));
});

Deno.test("training anew gives the first of the kept returns", () => {
  const { evaluations } = train({ variant: "batch renorm", seed: 0 }, { ...settings, steps: 1000 });
  const [first] = runsOf(results, "batch renorm");
  evaluations.forEach((evaluation, i) =>
    assert.ok(Math.abs(evaluation.return - first.returns[i]) < 0.06)
  );
});

Deno.test("what the page of crossq says is what the results say", () => {
  const [renorm, norm, none, sac] = compared.map(arrivals);
  const [open, beta1, query, sacAsCrossq] = tried.map(arrivals);
  const seeds = renorm.length;
  const arrived = (steps: readonly number[]) => steps.filter(Number.isFinite).length;
  const processor = (variant: Variant) =>
    runsOf(results, variant).map(({ processorSeconds }) => processorSeconds);
  const used = all.flatMap(processor);
  const longest = Math.max(...results.runs.map(({ seconds }) => seconds));
  for (
    const sentence of [
      `after ${span(renorm)} steps in each of ${seeds} seeds, median ${median(renorm)}`,
      `batch norm after ${span(norm)}, median ${median(norm)}`,
      `${arrived(none)} of ${seeds} seeds, median ${median(none)}`,
      `SAC with target networks in ${arrived(sac)}, median ${median(sac)}`,
      `arrives after ${span(sacAsCrossq)}, and more steadily`,
      `open from the start it arrives after ${span(open)}, median ${median(open)}`,
      `${Math.round(Math.min(...used))} to ${Math.round(Math.max(...used))} s of one core`,
      `${Math.round(longest)} s by the clock`,
      `all ${results.runs.length} took ${Math.round(sum(used) / 60)} minutes`,
    ]
  ) assert.ok(page.includes(sentence), sentence);
  assert.ok(renorm.at(-1)! <= 10_000 && longest < 300);
  assert.ok(Math.max(renorm.at(-1)!, norm.at(-1)!) < 5000, "before half of the steps are gone");
  assert.ok(Math.abs(median(renorm) - median(norm)) <= settings.evaluateEvery);
  assert.ok(renorm.at(-1)! < sac[0] && sac[0] <= sacAsCrossq[0]);
  assert.ok(open[0] < Math.min(renorm[0], norm[0]));
  assert.ok(beta1[0] > renorm.at(-1)! && arrived(query) === 0);
  const cost = sum(processor("batch renorm")) / sum(processor("no norm"));
  assert.ok(cost > 1.4 && cost < 1.8, `${cost}`);
});

function span(steps: readonly number[]): string {
  return `${steps[0]} to ${steps.at(-1)}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
