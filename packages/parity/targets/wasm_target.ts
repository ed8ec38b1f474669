/** The cases in WebAssembly: in Deno, in Node over the npm tarballs, and in Chromium. */
import { withBrowserPage } from "@renorm/testing/browser";
import { bundle } from "@renorm/testing/bundle";
import type { GoldenCase } from "../golden_case.ts";
import type { ParityResult } from "../run_cases.ts";
import { runInNode } from "./node_target.ts";
import type { WasmInBrowser } from "./wasm_browser_entry.ts";
import { runOnWasm } from "./wasm_cases.ts";

/** Runs the cases in each of the three. */
export async function* wasmTarget(cases: readonly GoldenCase[]): AsyncIterable<ParityResult> {
  yield* runOnWasm(cases, "wasm deno");
  const runner = new URL("./wasm_node_runner.ts", import.meta.url);
  yield* runInNode("wasm node", runner, ["core-math", "schedule", "wasm-kernels"], cases);
  yield* (await runWasmInBrowser(cases)).results;
}

/** Runs the cases in Chromium, under a Content-Security-Policy where one is given. */
export async function runWasmInBrowser(
  cases: readonly GoldenCase[],
  policy?: string,
): Promise<WasmInBrowser> {
  const entry = new URL("./wasm_browser_entry.ts", import.meta.url);
  const script = await bundle(entry, { format: "iife" });
  return await withBrowserPage(async (page) => {
    await page.addScriptTag({ content: script });
    return await page.evaluate<WasmInBrowser, readonly GoldenCase[]>(
      (given) =>
        (globalThis as unknown as { runWasm(cases: unknown): Promise<WasmInBrowser> })
          .runWasm(given),
      cases,
    );
  }, { policy });
}
