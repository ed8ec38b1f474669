import assert from "node:assert/strict";
import { tableOf } from "@renorm/testing/markdown_table";
import { standaloneSvg } from "../charts/chart_legend.ts";
import { mean } from "../training/mean.ts";
import { charts } from "./charts.ts";
import { type Order, orders } from "./order.ts";
import {
  accuraciesOf,
  accuracyRows,
  type FineTunedRun,
  type FineTuningResults,
  tuningRows,
  type Variant,
} from "./results.ts";
import { fullSettings, norms } from "./settings.ts";

/** What is kept: the results, and the runs by which the learning rates were chosen. */
interface Kept extends FineTuningResults {
  readonly machine: string;
  readonly date: string;
  readonly tuning: readonly FineTunedRun[];
}

const docs = new URL("../../../docs/", import.meta.url);
const page = await Deno.readTextFile(new URL("experiments/fine-tuning.md", docs));
const kept: Kept = JSON.parse(
  await Deno.readTextFile(new URL("experiments/fine-tuning.json", docs)),
);
const text = page.replace(/\s+/g, " ");

Deno.test("the accuracies on the page of fine-tuning are those of the kept results", () => {
  assert.deepEqual(tableOf(page, "shown +\\| batch"), accuracyRows(kept));
  assert.deepEqual(kept.settings, fullSettings);
  assert.equal(kept.runs.length, 3 * 3 * 2 * 3);
  const minutes = kept.runs.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
  assert.ok(text.includes(`took ${Math.round(minutes)} minutes`), `${minutes}`);
});

Deno.test("the learning rates are those that were best where they were tuned", () => {
  const { settings, tuning } = kept;
  assert.deepEqual(tableOf(page, "shown +\\| norm"), tuningRows({ settings, runs: tuning }));
  for (const order of orders) {
    for (const norm of norms) {
      const tried = tuning.filter(({ run }) => run.order === order && run.norm === norm);
      const best = tried.reduce((best, one) => one.accuracy > best.accuracy ? one : best);
      assert.equal(settings.learningRates[order][norm], best.run.tunedRate);
    }
  }
});

Deno.test("what the page of fine-tuning says first is what the results say", async () => {
  const of = (variant: Variant, order: Order) =>
    Math.round(100 * mean(accuraciesOf(kept.runs, variant, order, 4)));
  const [frozen, norm, recalibrated, renorm] = ([
    "frozen batch norm",
    "batch norm",
    "batch norm, recalibrated",
    "batch renorm",
  ] as const).map((variant) => (order: Order) => of(variant, order));
  const sentence =
    `frozen norms are right about ${frozen("object by object")} % of new garments, ` +
    `batch renorm about ${renorm("object by object")} %, batch norm ${
      norm("object by object")
    } % ` +
    `and ${recalibrated("object by object")} % recalibrated`;
  assert.ok(text.includes(sentence), sentence);
  const guide = await Deno.readTextFile(new URL("fine-tuning.md", docs));
  const short = `${frozen("object by object")} % of new garments right, batch renorm ` +
    `${renorm("object by object")} %, batch norm ${norm("object by object")} %`;
  assert.ok(guide.replace(/\s+/g, " ").includes(short), short);
});

Deno.test("the chart on the page of fine-tuning is that of the kept results", async () => {
  const [{ svg }] = charts(kept);
  const file = new URL("images/fine-tuning-accuracy.svg", docs);
  assert.equal(await Deno.readTextFile(file), standaloneSvg(svg));
});
