import assert from "node:assert/strict";
import { join } from "node:path";
import { runExperiment } from "../testing/run_experiment.ts";
import type { CrossqResults } from "./results.ts";
import { grid, quickSettings } from "./settings.ts";

Deno.test("the crossq experiment trains, goes on where it was, and leaves the same results", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const choice = ["crossq", "--quick", "--jobs", "1", "--out", folder];
    const first = await runExperiment(...choice);
    assert.equal(first.code, 0, first.err);
    assert.match(first.out, /^8 runs to train\n/);
    for (const line of first.out.split("\n")) assert.ok([...line].length <= 100, line);
    const text = await Deno.readTextFile(join(folder, "results.json"));
    const { runs }: CrossqResults = JSON.parse(text);
    assert.deepEqual(runs.map(({ variant, seed }) => ({ variant, seed })), grid([0]));
    const { steps, evaluateEvery } = quickSettings;
    for (const { returns } of runs) {
      assert.equal(returns.length, steps / evaluateEvery);
      // The pendulum costs at most some 17 a step.
      assert.ok(returns.every((value) => value < 0 && value > -17 * 200));
    }
    const svg = await Deno.readTextFile(join(folder, "charts", "return.svg"));
    assert.doesNotMatch(svg, /NaN|undefined/);
    const html = await Deno.readTextFile(join(folder, "report.html"));
    assert.doesNotMatch(html, /<script|<link|<img|url\((?!#)|src=|@import/);

    await Deno.remove(join(folder, "runs", "SAC-seed-0.json"));
    const again = await runExperiment(...choice, "--json");
    const results: CrossqResults = JSON.parse(again.out);
    const returnsOf = ({ runs }: CrossqResults) => runs.map(({ returns }) => returns);
    assert.deepEqual(returnsOf(results), returnsOf(JSON.parse(text)));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
