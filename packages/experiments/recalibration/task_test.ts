import assert from "node:assert/strict";
import { runExperiment } from "../testing/run_experiment.ts";

Deno.test("the recalibration experiment writes from kept runs what is kept of them", async () => {
  const kept = new URL("../../../docs/experiments/recalibration.json", import.meta.url);
  const { settings, networks } = JSON.parse(await Deno.readTextFile(kept));
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/runs`);
    for (const { run, accuracies } of networks) {
      const name = `${run.training}, seed ${run.seed}`.replace(/[^\w.]+/g, "-");
      const text = JSON.stringify({ run, settings, accuracies });
      await Deno.writeTextFile(`${folder}/runs/${name}.json`, text);
    }
    const { code, out, err } = await runExperiment("recalibration", "--out", folder);
    assert.equal(code, 0, err);
    assert.match(out, /^9 of 9 runs are already in /);
    for (const line of out.split("\n")) assert.ok([...line].length <= 100, line);
    const written = await Deno.readTextFile(`${folder}/results.json`);
    assert.equal(written, await Deno.readTextFile(kept));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
