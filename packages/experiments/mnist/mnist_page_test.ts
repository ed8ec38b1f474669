import assert from "node:assert/strict";
import { tableOf } from "@renorm/testing/markdown_table";
import { accuracyRows, baseOf, type MnistResults, spread, wonBackRows } from "./results.ts";
import { defaultMnist, mnistRuns } from "./settings.ts";

const docs = new URL("../../../docs/experiments/", import.meta.url);
const page = await Deno.readTextFile(new URL("mnist.md", docs));
const results: MnistResults = JSON.parse(await Deno.readTextFile(new URL("mnist.json", docs)));

Deno.test("the accuracies on the page of MNIST are those of the kept results", () => {
  assert.deepEqual(tableOf(page, "drawn"), accuracyRows(results));
  assert.ok(page.replace(/\s+/g, " ").includes(`is ${spread(baseOf(results))} %`));
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
