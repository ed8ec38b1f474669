import assert from "node:assert/strict";
import { join } from "node:path";
import { runExperiment } from "../testing/run_experiment.ts";
import type { FineTuningResults } from "./results.ts";
import { norms } from "./settings.ts";

Deno.test("fine-tuning --quick trains each norm in each order, and a run that is lost comes again to the digit", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const choice = ["--quick", "--out", folder, "--jobs", "1"];
    const first = await runExperiment("fine-tuning", ...choice);
    assert.equal(first.code, 0, first.err);
    assert.match(first.out, /^9 runs to train\n/);
    for (const line of first.out.split("\n")) {
      if (!line.includes(folder)) assert.ok([...line].length <= 100, line);
    }
    const results = join(folder, "results.json");
    const { runs }: FineTuningResults = JSON.parse(await Deno.readTextFile(results));
    assert.equal(runs.length, 3 * norms.length);
    const numbers = runs.map(({ trainingLoss, accuracy }) => `${trainingLoss} ${accuracy}`);
    assert.equal(new Set(numbers).size, runs.length);

    await Deno.remove(join(folder, "runs", "batch-renorm-4-object-by-object-seed-0.json"));
    const again = await runExperiment("fine-tuning", ...choice, "--json");
    const numbersOf = ({ runs }: FineTuningResults) => runs.map(({ seconds: _, ...rest }) => rest);
    assert.deepEqual(numbersOf(JSON.parse(again.out)), numbersOf({ runs } as FineTuningResults));

    const html = await Deno.readTextFile(join(folder, "report.html"));
    assert.doesNotMatch(html, /<script|<link|<img|url\((?!#)|src=|@import|NaN|undefined/);
    const svg = await Deno.readTextFile(join(folder, "charts", "accuracy.svg"));
    assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
