import assert from "node:assert/strict";
import { hasPassed, runCases } from "../run_cases.ts";
import { createCpuLayer } from "../targets/cpu_target.ts";
import { targets } from "../targets/targets.ts";
import { caseFolders } from "./case_folders.ts";

const numbersTo = (count: number) => Array.from({ length: count }, (_, i) => i);
const [few] = caseFolders(11, numbersTo(12));

Deno.test("the CPU reference passes cases that are drawn at random", async () => {
  for (const folder of caseFolders(10, numbersTo(60))) {
    const cases = [...folder.cases, ...folder.masked];
    const results = await Array.fromAsync(runCases(cases, "cpu", createCpuLayer, 1));
    assert.equal(results.length, 2 * cases.length);
    assert.deepEqual(results.filter((result) => !hasPassed(result)), []);
  }
});

for (const name of ["deno", "browser", "node", "jax"]) {
  Deno.test(`the target ${name} passes cases that are drawn at random`, async () => {
    const results = await Array.fromAsync(targets[name].run(few));
    assert.ok(results.length >= 2 * few.cases.length, `${results.length} results`);
    assert.deepEqual(results.filter((result) => !hasPassed(result)), []);
  });
}
