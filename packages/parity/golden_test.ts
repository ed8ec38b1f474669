import assert from "node:assert/strict";
import * as core from "@renorm/core-math";
import * as wasm from "@renorm/wasm-kernels";
import { readGoldenFolder } from "./golden_folder.ts";
import { hasPassed, runCases } from "./run_cases.ts";
import { createCpuLayer } from "./targets/cpu_target.ts";
import { partsFactory } from "./targets/parts_target.ts";

Deno.test("the CPU reference is no farther from every golden case than torch's own float32", async () => {
  const { cases: unmasked, masked } = await readGoldenFolder(new URL("./golden/", import.meta.url));
  assert.ok(masked.length > 0);
  const cases = [...unmasked, ...masked];
  const results = await Array.fromAsync(runCases(cases, "cpu", createCpuLayer, 1));
  assert.equal(results.length, 2 * cases.length, "each case in both layouts");
  assert.deepEqual(results.filter((result) => !hasPassed(result)), []);
});

Deno.test("a batch in parts is no farther from every golden case than the whole", async () => {
  const { cases } = await readGoldenFolder(new URL("./golden/", import.meta.url));
  for (const [name, verbs] of Object.entries({ core, wasm })) {
    const results = await Array.fromAsync(runCases(cases, name, partsFactory(verbs), 1));
    assert.equal(results.length, 2 * cases.length, "each case in both layouts");
    assert.deepEqual(results.filter((result) => !hasPassed(result)), []);
  }
});

Deno.test("the golden folder holds the cases of both kinds and every rank", async () => {
  const { cases, models, others } = await readGoldenFolder(new URL("./golden/", import.meta.url));
  for (const kind of ["batch_norm", "batch_renorm"]) {
    const ranks = new Set(cases.filter((c) => c.kind === kind).map((c) => c.shape.length));
    assert.deepEqual([...ranks].sort(), [2, 3, 4, 5], kind);
  }
  assert.deepEqual(models.map(({ name }) => name), ["minicnn_batch2"]);
  assert.deepEqual(others.map(({ file }) => file), ["torch_randn.json"]);
});
