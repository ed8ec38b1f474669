import assert from "node:assert/strict";
import { readGoldenFolder } from "../golden_folder.ts";
import { caseFolders } from "../random/case_folders.ts";
import { hasPassed, type ParityResult, runCases } from "../run_cases.ts";
import { createCpuLayer } from "./cpu_target.ts";
import { runOnWasm } from "./wasm_cases.ts";
import { runWasmInBrowser } from "./wasm_target.ts";
import { targets } from "./targets.ts";

const golden = await readGoldenFolder(new URL("../golden/", import.meta.url));
const drawn = [...caseFolders(12, Array.from({ length: 40 }, (_, i) => i))]
  .flatMap(({ cases, masked }) => [...cases, ...masked]);
const cases = [...golden.cases, ...golden.masked, ...drawn];

/** The bits of each case and layout. */
function bitsOfCases(results: readonly ParityResult[]): Record<string, string | undefined> {
  return Object.fromEntries(results.map(({ name, layout, bits }) => [`${name} ${layout}`, bits]));
}

Deno.test("the WebAssembly loops are no farther than torch's float32, with the same bits in Deno, Node and Chromium", async () => {
  const results = await Array.fromAsync(targets.wasm.run({ ...golden, masked: [], cases }));
  assert.equal(results.length, 3 * 2 * cases.length, "in three runtimes and two layouts");
  assert.deepEqual(results.filter((result) => !hasPassed(result)), []);
  const [deno, node, browser] = ["deno", "node", "browser"].map((runtime) =>
    bitsOfCases(results.filter(({ target }) => target === `wasm ${runtime}`))
  );
  assert.ok(Object.values(deno).every((bits) => bits?.length === 64));
  assert.deepEqual(node, deno);
  assert.deepEqual(browser, deno);
  assert.deepEqual(bitsOfCases(await Array.fromAsync(runOnWasm(cases, "again"))), deno);
});

Deno.test("under a policy without wasm-unsafe-eval the plain loops run in Chromium, and kernels() says so", async () => {
  const { kernels, results } = await runWasmInBrowser(cases, "script-src 'unsafe-inline'");
  assert.equal(kernels.name, "plain");
  assert.match(String(kernels.reason), /CompileError: .*(unsafe-eval|disallowed)/);
  const reference = await Array.fromAsync(runCases(cases, "cpu", createCpuLayer, 1));
  assert.deepEqual(bitsOfCases(results), bitsOfCases(reference));
});
