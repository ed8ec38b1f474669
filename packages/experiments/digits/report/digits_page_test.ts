import assert from "node:assert/strict";
import { tableOf } from "@renorm/testing/markdown_table";
import { drawings } from "../../data/drawing.ts";
import { type Norm, norms } from "../../training/norms.ts";
import type { ExperimentResults } from "./results.ts";
import { finalAccuracy, winBacks } from "./win_back.ts";

const docs = new URL("../../../../docs/", import.meta.url);
const page = await Deno.readTextFile(new URL("experiments/digits.md", docs));
const kept: ExperimentResults = JSON.parse(
  await Deno.readTextFile(new URL("experiments/digits.json", docs)),
);
/** Kept to four digits; the images that were read right, of the 397, give the exact share. */
const runs = kept.runs.map(({ run, epochs }) => ({
  run,
  epochs: epochs.map((epoch) => {
    const accuracy = Math.round(397 * epoch.evalMode.accuracy) / 397;
    return { ...epoch, evalMode: { ...epoch.evalMode, accuracy } };
  }),
}));
const percent = (share: number) => (100 * share).toFixed(1);

Deno.test("the accuracies on the experiment's page are those of its results", () => {
  const rows = tableOf(page, "drawn");
  assert.equal(rows.length, 6);
  for (const [drawn, size, ...cells] of rows) {
    const drawing = drawings.find((name) => name === drawn)!;
    const measured = norms.map((norm) => {
      const { mean, low, high } = finalAccuracy(runs, { norm, drawing, batchSize: Number(size) })!;
      return `${percent(mean)} (${percent(low)}–${percent(high)})`;
    });
    assert.deepEqual(cells, measured);
  }
});

Deno.test("what is won back is as the page says, and most of what is lost", () => {
  const shares = winBacks(runs).map(({ batchSize, share }) => [batchSize, share!] as const);
  assert.deepEqual(
    tableOf(page, "class by class in batches of"),
    shares.map(([size, share]) => [`${size}`, `${percent(share)} %`]),
  );
  assert.ok(shares[0][1] >= 0.85 && shares[1][1] >= 0.65);
});

Deno.test("the headline is the same everywhere, and that of the results", async () => {
  const whole = (norm: Norm, mode: "trainingMode" | "evalMode") =>
    `${
      Math.round(
        100 * finalAccuracy(runs, { norm, drawing: "class by class", batchSize: 4 }, mode)!.mean,
      )
    } %`;
  const [training, inference] = (["trainingMode", "evalMode"] as const).map((mode) =>
    whole("batch norm", mode)
  );
  const both = whole("batch renorm", "evalMode");
  assert.equal(whole("batch renorm", "trainingMode"), both);
  const names = ["../README.md", "guide.md", "experiments/digits.md"];
  for (const name of names) {
    const text = (await Deno.readTextFile(new URL(name, docs))).replace(/\s+/g, " ");
    assert.match(
      text,
      new RegExp(
        `${training} on new images .*?${inference}.{1,50}batch renorm .{1,10}${both} in both`,
      ),
      name,
    );
  }
});

Deno.test("all runs are of the page's three seeds, by four norms, three sizes and two drawings", () => {
  const kinds = runs.map(({ run }) => JSON.stringify(run));
  assert.equal(new Set(kinds).size, 3 * 4 * 3 * 2);
  assert.ok(runs.every(({ epochs }) => epochs.length === 12));
});
