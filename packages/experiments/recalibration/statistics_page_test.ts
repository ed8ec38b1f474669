import assert from "node:assert/strict";
import { tableOf } from "@renorm/testing/markdown_table";
import { mean } from "../training/mean.ts";
import { accuracyRows, type RecalibrationResults } from "./report.ts";

const docs = new URL("../../../docs/", import.meta.url);
const page = await Deno.readTextFile(new URL("statistics.md", docs));
const results: RecalibrationResults = JSON.parse(
  await Deno.readTextFile(new URL("experiments/recalibration.json", docs)),
);

Deno.test("the accuracies on the page of statistics are those of the kept results", () => {
  const rows = tableOf(page, "accuracy, %");
  assert.deepEqual(rows, accuracyRows(results));
  assert.equal(results.networks.length, 9);
  assert.equal(results.settings.epochs, 12);
});

Deno.test("what the page says of them is what they say", () => {
  const of = (training: string, name: string) =>
    Math.round(
      100 * mean(
        results.networks.filter(({ run }) => run.training === training)
          .map(({ accuracies }) => accuracies[name]),
      ),
    );
  const sorted = (name: string) => of("class by class", `test images, ${name}`);
  const dim = (name: string) => of("at random", `dim images, ${name}`);
  const text = page.replace(/\s+/g, " ");
  const every = "at random, by batch";
  for (
    const sentence of [
      `it is at ${sorted("training mode")} % in training mode`,
      `its statistics leave it at ${sorted(every)} %`,
      `the network is back at ${dim("all of them")} %, and with 16 of them at ${
        dim("16 of them")
      } %`,
      `16 images of one digit make ${dim("16 of one digit")} %`,
    ]
  ) assert.ok(text.includes(sentence), sentence);
  const before = sorted("before");
  assert.ok(sorted(every) - before < 2, "it does not help class by class");
  const slow = (name: string) => of("slow momentum", `test images, ${name}`);
  assert.equal(slow(every), of("at random", `test images, ${every}`));
  assert.ok(slow(every) - slow("before") > 10, "it helps where momentum was too slow");
});
