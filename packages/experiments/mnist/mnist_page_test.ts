import assert from "node:assert/strict";
import { tableOf } from "@renorm/testing/markdown_table";
import { meanAndRange } from "../report/mean_and_range.ts";
import { mean } from "../training/mean.ts";
import {
  accuraciesOf,
  accuracyRows,
  baseOf,
  type Column,
  type MnistResults,
  wonBack,
  wonBackRows,
} from "./results.ts";
import { defaultMnist, mnistRuns } from "./settings.ts";

const docs = new URL("../../../docs/experiments/", import.meta.url);
const page = await Deno.readTextFile(new URL("mnist.md", docs));
const results: MnistResults = JSON.parse(await Deno.readTextFile(new URL("mnist.json", docs)));

Deno.test("the accuracies on the page of MNIST are those of the kept results", () => {
  assert.deepEqual(tableOf(page, "drawn"), accuracyRows(results));
  assert.ok(page.replace(/\s+/g, " ").includes(`is ${meanAndRange(baseOf(results))} %`));
});

Deno.test("what is won back on MNIST is as the page says", () => {
  assert.deepEqual(tableOf(page, "won back"), wonBackRows(results));
});

Deno.test("the kept runs on MNIST are all of their seeds, with the settings of the code", () => {
  const seeds = [...new Set(results.runs.map(({ run }) => run.seed))];
  assert.deepEqual(
    results.runs.map(({ run }) => run),
    mnistRuns(seeds, results.settings.batchSizes),
  );
  assert.deepEqual(results.settings, defaultMnist);
});

Deno.test("the first lines and what follows the tables say what the results say", () => {
  const text = page.replace(/\s+/g, " ");
  const sorted = { batchSize: 2, drawing: "class by class" } as const;
  const whole = (share: number) => `${Math.round(100 * share)} %`;
  const of = (column: Column) => whole(mean(accuraciesOf(results, column, sorted)));
  const won = (batchSize: number) =>
    whole(wonBack(results, "batch renorm", { ...sorted, batchSize })!);
  for (
    const sentence of [
      `norm reads ${of("batch norm")} of new images right, batch renorm ${of("batch renorm")}, ` +
      `group norm ${of("group norm")} and frozen batch norm ${of("frozen batch norm")}, where ` +
      `batch norm in random batches of 32 has ${whole(mean(baseOf(results)))}`,
      `next to nothing: ${of("recalibrated")}`,
      `batch renorm wins back ${won(2)} in batches of 2 and ${won(4)} in batches of 4`,
    ]
  ) assert.ok(text.includes(sentence), sentence);
});
