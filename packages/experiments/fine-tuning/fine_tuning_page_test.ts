import assert from "node:assert/strict";
import { tableOf } from "@renorm/testing/markdown_table";
import { standaloneSvg } from "../charts/chart_legend.ts";
import { meanAndRange } from "../report/mean_and_range.ts";
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
  variants,
} from "./results.ts";
import { type FineTuningSettings, fullSettings, norms } from "./settings.ts";

/** What is kept: the results, and the runs by which the learning rates were chosen. */
interface Kept extends FineTuningResults {
  readonly machine: string;
  readonly date: string;
  readonly tuning: readonly FineTunedRun[];
  /** What else was tried, with other settings. */
  readonly tried: readonly {
    readonly changed: Partial<FineTuningSettings>;
    readonly runs: readonly FineTunedRun[];
  }[];
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

const of = (variant: Variant, order: Order, batchSize = 4) =>
  accuraciesOf(kept.runs, variant, order, batchSize);
const meanOf = (...which: Parameters<typeof of>) => 100 * mean(of(...which));

Deno.test("what the page of fine-tuning and the guide say first is what the results say", async () => {
  const [frozen, norm, recalibrated, renorm] = variants.map((variant) =>
    Math.round(meanOf(variant, "object by object"))
  );
  const shuffled = Math.round(meanOf("frozen batch norm", "at random"));
  const guide = await Deno.readTextFile(new URL("fine-tuning.md", docs));
  for (
    const [where, sentence] of [
      [
        text,
        `frozen norms are right about ${frozen} % of new garments, batch renorm about ${renorm} %, ` +
        `batch norm ${norm} % and ${recalibrated} % recalibrated`,
      ],
      [text, `then frozen norms are right about ${shuffled} %`],
      [
        guide.replace(/\s+/g, " "),
        `frozen norms are right about ${frozen} % of new garments, batch renorm about ${renorm} % ` +
        `and batch norm ${norm} %. Shuffled, frozen norms are right about ${shuffled} %`,
      ],
    ]
  ) assert.ok(where.includes(sentence), sentence);
  for (const size of [4, 2]) {
    const [frozen, norm, , renorm] = variants.map((one) => meanOf(one, "object by object", size));
    assert.ok(Math.abs((renorm - norm) / (frozen - norm) - 0.75) < 0.02, "three quarters");
  }
});

Deno.test("what the page of fine-tuning says of the table is so", () => {
  for (const size of [4, 2]) {
    for (const order of orders) {
      const [frozen, norm, recalibrated, renorm] = variants.map((one) => meanOf(one, order, size));
      assert.ok(frozen > Math.max(norm, recalibrated, renorm), "frozen norms are ahead");
      assert.ok(Math.abs(recalibrated - norm) <= 1.5, "recalibration changes little");
    }
    const [frozen, , , renorm] = variants.map((one) => of(one, "object by object", size));
    assert.ok(Math.min(...frozen) > Math.max(...renorm), "every seed beats every seed");
  }
  const cost = (variant: Variant) =>
    meanOf(variant, "at random", 4) - meanOf(variant, "at random", 2);
  const costs = [cost("batch norm"), cost("batch renorm")].map((points) => points.toFixed(1));
  assert.ok(cost("frozen batch norm") < 0);
  assert.ok(text.includes(`cost batch norm ${costs[0]} points at random`), costs[0]);
  assert.ok(text.includes(`batch renorm ${costs[1]}, frozen norms nothing`), costs[1]);
});

Deno.test("what was tried is as the page of fine-tuning says", () => {
  const row = (runs: readonly FineTunedRun[]) =>
    variants.map((variant) => meanAndRange(accuraciesOf(runs, variant, "object by object", 4)));
  const [longer, more, wide, slow] = kept.tried;
  assert.deepEqual([longer, more, wide, slow].map(({ changed }) => changed), [
    { warmupShare: 0.3 },
    { objects: 16 },
    { limits: { rmax: 10, dmax: 10 } },
    { momentum: 0.999 },
  ]);
  const rows = tableOf(page, "changed").map(([, ...cells]) => cells);
  assert.deepEqual(rows, [kept.runs, longer.runs, more.runs].map(row));
  const tuned = kept.tuning.filter(({ run }) =>
    run.norm === "batch renorm" && run.order === "object by object"
  );
  const best = Math.max(...tuned.map(({ accuracy }) => accuracy));
  const [asSet, wider, slower] = [best, wide.runs[0].accuracy, slow.runs[0].accuracy]
    .map((share) => `${(100 * share).toFixed(1)} %`);
  const sentence = `rmax 10 and dmax 10 gave ${wider}, momentum 0.999 ${slower}, as set ${asSet}`;
  assert.ok(text.includes(sentence), sentence);
});

Deno.test("the chart on the page of fine-tuning is that of the kept results", async () => {
  const [{ svg }] = charts(kept);
  const file = new URL("images/fine-tuning-accuracy.svg", docs);
  assert.equal(await Deno.readTextFile(file), standaloneSvg(svg));
});
