import assert from "node:assert/strict";
import { tableOf } from "@renorm/testing/markdown_table";
import { accuracyRows, type RecalibrationResults } from "./report.ts";

const docs = new URL("../../../docs/", import.meta.url);
const page = await Deno.readTextFile(new URL("statistics.md", docs));
const results: RecalibrationResults = JSON.parse(
  await Deno.readTextFile(new URL("experiment/recalibration.json", docs)),
);

Deno.test("the accuracies on the page of statistics are those of the kept results", () => {
  const rows = tableOf(page, "accuracy, %");
  assert.deepEqual(rows, accuracyRows(results));
  assert.equal(results.networks.length, 9);
  assert.equal(results.settings.epochs, 12);
});
