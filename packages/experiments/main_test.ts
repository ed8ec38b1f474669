import assert from "node:assert/strict";
import { runExperiment } from "./testing/run_experiment.ts";

const { out: help } = await runExperiment("--help");
const names = Array.from(help.matchAll(/^ {2}(\w[\w-]*) +\w/gm), ([, name]) => name);

Deno.test("without a name that is known the experiments are named, with status 2", async () => {
  assert.ok(names.length >= 2);
  for (const args of [[], ["moon"], ["toString"]]) {
    const { code, err } = await runExperiment(...args);
    assert.equal(code, 2);
    assert.equal(
      err,
      `experiment: a name is expected, one of ${names.join(", ")}: got ${args[0] ?? "nothing"}\n` +
        "--help says more\n",
    );
  }
});

for (const name of names) {
  Deno.test(`experiment ${name} has help, ends with 2 for wrong usage and 1 where it cannot write`, async () => {
    const [help, wrong, unwritable] = await Promise.all([
      runExperiment(name, "--help"),
      runExperiment(name, "--seeds", "first"),
      runExperiment(name, "--quick", "--out", "/dev/null/folder"),
    ]);
    assert.equal(help.code, 0, help.err);
    assert.match(help.out, new RegExp(`^Usage: deno task experiment ${name} `, "m"));
    assert.match(help.out, /^Exit status: 0 .*1 [^]*2 /m);
    for (const line of help.out.split("\n")) assert.ok([...line].length <= 100, line);
    assert.equal(wrong.code, 2);
    assert.equal(
      wrong.err,
      `experiment ${name}: --seeds expects an integer of at least 0: got first\n` +
        "--help says more\n",
    );
    assert.equal(unwritable.code, 1);
    assert.match(unwritable.err, new RegExp(`^experiment ${name}: `));
  });
}
