/** The loops in WebAssembly under the golden cases, in whatever runtime. */
import * as wasm from "@renorm/wasm-kernels";
import type { GoldenCase } from "../golden_case.ts";
import { type ParityResult, runCases } from "../run_cases.ts";
import { cpuLayerFactory } from "./cpu_target.ts";

/** Runs the cases; the allowance is the CPU reference's. */
export function runOnWasm(
  cases: readonly GoldenCase[],
  target: string,
): AsyncIterable<ParityResult> {
  return runCases(cases, target, cpuLayerFactory(wasm), 1);
}
