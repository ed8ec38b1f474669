import assert from "node:assert/strict";
import { readGoldenFolder } from "../golden_folder.ts";
import { hasPassed } from "../run_cases.ts";
import { targets } from "./targets.ts";

const folder = await readGoldenFolder(new URL("../golden/", import.meta.url));

for (const name of ["deno", "browser", "node"]) {
  Deno.test(`the kernels pass every golden case on the target ${name}`, async () => {
    const results = await Array.fromAsync(targets[name].run(folder));
    assert.ok(results.length >= 2 * folder.cases.length, `${results.length} results`);
    assert.deepEqual(results.filter((result) => !hasPassed(result)), []);
  });
}

Deno.test("jax-js passes every golden case on cpu, wasm and webgpu, and a model trained in it has torch's losses", async () => {
  const results = await Array.fromAsync(targets.jax.run(folder));
  const count = (target: RegExp) => results.filter((result) => target.test(result.target)).length;
  const cases = 2 * (folder.cases.length + folder.masked.length);
  const models = folder.models.length;
  assert.equal(count(/^jax cpu$/), cases);
  assert.equal(count(/^jax wasm$/), cases + models);
  const drivers = new Set(results.map(({ target }) => target).filter((t) => t.includes("webgpu")));
  assert.ok(drivers.size > 0);
  assert.equal(count(/^jax webgpu/), drivers.size * (cases + models));
  assert.deepEqual(results.filter((result) => !hasPassed(result)), []);
});

Deno.test("a model trained in TensorFlow.js has torch's losses on every backend, stock and fused", async () => {
  const results = await Array.fromAsync(targets.tfjs.run(folder));
  const ways = ["stock", "fused"].map((way) => `tfjs webgpu ${way}`);
  const inBrowser = results.slice(-3).map(({ target }) => target);
  assert.deepEqual(inBrowser, [...ways.map((way) => `${way} browser`), "tfjs webgl browser"]);
  const [stockOnCpu, fusedOnCpu, ...onDrivers] = results.slice(0, -3).map(({ target }) => target);
  assert.deepEqual([stockOnCpu, fusedOnCpu], ["tfjs cpu stock", "tfjs cpu fused"]);
  for (const way of ways) assert.ok(onDrivers.some((target) => target.startsWith(way)), way);
  assert.deepEqual(results.filter((result) => !hasPassed(result)), []);
});
