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
  const seeds = renorm.length;
  assert.ok(renorm.at(-1)! <= 10_000);
  const longest = Math.max(...results.runs.map(({ seconds }) => seconds));
  assert.ok(runsOf(results, "batch renorm").every(({ seconds }) => seconds < 300));
  const processor = results.runs.map(({ processorSeconds }) => processorSeconds);
  for (
    const sentence of [
      `after ${renorm[0]} to ${renorm.at(-1)} steps in each of ${seeds} seeds, median ${
        median(renorm)
      }`,
      `batch norm after ${norm[0]} to ${norm.at(-1)}, median ${median(norm)}`,
      `${none.filter(Number.isFinite).length} of ${seeds} seeds, median ${median(none)}`,
      `SAC with target networks in ${sac.filter(Number.isFinite).length}, median ${median(sac)}`,
      `${Math.round(Math.min(...processor))} to ${
        Math.round(Math.max(...processor))
      } s of one core`,
      `${Math.round(longest)} s by the clock`,
    ]
  ) assert.ok(page.includes(sentence), sentence);
});
