import assert from "node:assert/strict";
import { tableOf } from "@renorm/testing/markdown_table";
import { mean } from "../training/mean.ts";
import { accuraciesOf, accuracyRows, type FederatedResults } from "./results.ts";
import { defaultFederated, type Method, methods } from "./settings.ts";

const docs = new URL("../../../docs/experiments/", import.meta.url);
const page = await Deno.readTextFile(new URL("federated.md", docs));
const results: FederatedResults = JSON.parse(
  await Deno.readTextFile(new URL("federated.json", docs)),
);
const all = (method: Method) => mean(accuraciesOf(results, method, "all digits")!);
const whole = (share: number) => `${Math.round(100 * share)} %`;

Deno.test("the accuracies on the page of federated training are those of the kept results", () => {
  const rows = accuracyRows(results).map((row) => row.map((cell) => cell === "" ? "–" : cell));
  assert.deepEqual(tableOf(page, "accuracy, %"), rows);
});

Deno.test("the kept runs are of all methods, three seeds and the settings of the code", () => {
  assert.equal(results.runs.length, 3 * methods.length);
  assert.equal(new Set(results.runs.map(({ run }) => JSON.stringify(run))).size, 18);
  assert.deepEqual(results.settings, defaultFederated);
  assert.ok(results.runs.every(({ rounds }) => rounds.at(-1)!.round === 50));
});

Deno.test("the first lines of the page of federated training say what the results say", () => {
  const text = page.replace(/\s+/g, " ");
  const own = whole(mean(accuraciesOf(results, "batch norm, local", "own digits")!));
  const sentences = [
    `batch norm reaches ${whole(all("batch norm, averaged"))} of all test digits, averaged or ` +
    `pooled, group norm ${whole(all("group norm"))} and batch renorm with pooled statistics ` +
    `${whole(all("batch renorm, pooled"))}`,
    `its own norms (FedBN) reach ${own} of those, and ${whole(all("batch norm, local"))} of all`,
  ];
  for (const sentence of sentences) assert.ok(text.includes(sentence), sentence);
  assert.equal(whole(all("batch norm, averaged")), whole(all("batch norm, pooled")));
});
