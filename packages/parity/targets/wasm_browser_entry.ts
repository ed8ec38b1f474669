/** What the browser runs: the cases in WebAssembly, or under a policy that refuses it. */
import { kernels, type KernelsInUse } from "@renorm/wasm-kernels";
import type { GoldenCase } from "../golden_case.ts";
import type { ParityResult } from "../run_cases.ts";
import { runOnWasm } from "./wasm_cases.ts";

/** What the browser gives back. */
export interface WasmInBrowser {
  readonly kernels: KernelsInUse;
  readonly results: readonly ParityResult[];
}

/** Runs the cases and gives all results; the host calls it by this name. */
async function runWasm(cases: readonly GoldenCase[]): Promise<WasmInBrowser> {
  const results = await Array.fromAsync(runOnWasm(cases, "wasm browser"));
  return { kernels: kernels(), results };
}

Object.assign(globalThis, { runWasm });
