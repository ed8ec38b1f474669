import assert from "node:assert/strict";
import { join } from "node:path";
import { runExperiment } from "../testing/run_experiment.ts";
import type { ExperimentResults } from "./report/results.ts";

const experiment = (...args: string[]) => runExperiment("digits", ...args);

Deno.test("the experiment trains, goes on where it was, and writes results and charts", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const choice = ["--quick", "--out", folder];
    const norms = ["--norms", "batch-norm,batch-renorm", "--drawings"];
    const part = await experiment(...choice, ...norms, "at-random");
    assert.equal(part.code, 0, part.err);
    assert.match(part.out, /^2 runs to train\n/);
    assert.match(part.out, /^2\/2 batch (re)?norm 32 at random, seed 0: .* in eval mode, /m);
    const results = join(folder, "results.json");
    const before: ExperimentResults = JSON.parse(await Deno.readTextFile(results));
    assert.equal(before.runs.length, 2);

    const all = await experiment(
      ...choice,
      ...norms,
      "at-random,class-by-class",
    );
    assert.match(all.out, /^2 of 4 runs are already in /m);
    for (const line of all.out.split("\n")) {
      if (!line.includes(folder)) assert.ok([...line].length <= 100, line);
    }
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(all.out, /\x1b/);
    const after: ExperimentResults = JSON.parse(await Deno.readTextFile(results));
    assert.equal(after.runs.length, 4);
    const again = after.runs.filter(({ run }) => run.drawing === "at random");
    assert.deepEqual(again, before.runs);

    const html = await Deno.readTextFile(join(folder, "report.html"));
    assert.doesNotMatch(html, /<script|<link|<img|url\((?!#)|src=|@import/);
    const charts = Array.from(Deno.readDirSync(join(folder, "charts")), ({ name }) => name);
    assert.deepEqual(charts.sort(), [
      "accuracy-by-epoch-at-random.svg",
      "accuracy-by-epoch-class-by-class.svg",
      "accuracy.svg",
      "d.svg",
      "gap.svg",
      "headline.svg",
      "r.svg",
    ]);
    assert.equal(html.match(/<svg/g)?.length, charts.length);
    for (const name of charts) {
      const svg = await Deno.readTextFile(join(folder, "charts", name));
      assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
      assert.doesNotMatch(svg, /NaN|undefined/);
    }

    const json = await experiment(
      ...choice,
      ...norms,
      "at-random",
      "--json",
    );
    assert.deepEqual(JSON.parse(json.out), before);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
