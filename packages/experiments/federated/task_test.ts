import assert from "node:assert/strict";
import { join } from "node:path";
import { runExperiment } from "../testing/run_experiment.ts";
import type { FederatedResults } from "./results.ts";
import { type Method, methods } from "./settings.ts";

const folder = await Deno.makeTempDir();
const first = await runExperiment("federated", "--quick", "--out", folder);
const written = await Deno.readTextFile(join(folder, "results.json"));
const { runs }: FederatedResults = JSON.parse(written);
const lossesOf = (method: Method) =>
  runs.find(({ run }) => run.method === method)!.rounds.map(({ trainingLoss }) => trainingLoss);

Deno.test("federated training measures all methods every few rounds, and takes up kept runs", async () => {
  assert.equal(first.code, 0, first.err);
  assert.match(first.out, /^6 runs to train\n/);
  for (const line of first.out.split("\n")) {
    if (!line.includes(folder)) assert.ok([...line].length <= 100, line);
  }
  assert.deepEqual(runs.map(({ run }) => run.method), methods);
  for (const { run, rounds, remeasured } of runs) {
    assert.deepEqual(rounds.map(({ round }) => round), [2, 4]);
    assert.equal(remeasured !== null, /averaged|pooled/.test(run.method), run.method);
    for (const { accuracy, ownAccuracy } of rounds) {
      assert.ok(accuracy > 0 && accuracy <= 1 && ownAccuracy > 0 && ownAccuracy <= 1);
    }
  }
  const again = await runExperiment("federated", "--quick", "--json", "--out", folder);
  assert.equal(again.out, written);
  const svg = await Deno.readTextFile(join(folder, "charts", "accuracy.svg"));
  assert.doesNotMatch(svg, /NaN|undefined/);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("what a server makes of batch norm's statistics does not change what is learned", () => {
  assert.deepEqual(lossesOf("batch norm, pooled"), lossesOf("batch norm, averaged"));
  for (
    const method of ["batch norm, local", "batch renorm, pooled", "group norm"] as const
  ) {
    assert.notEqual(lossesOf(method)[1], lossesOf("batch norm, pooled")[1], method);
  }
});

Deno.test("local norms make clients that know their own digits, and no others", () => {
  const { accuracy, ownAccuracy } = runs.find(({ run }) => run.method === "batch norm, local")!
    .rounds.at(-1)!;
  assert.ok(ownAccuracy > accuracy + 0.1, `${ownAccuracy} of their own, ${accuracy} of all`);
});
