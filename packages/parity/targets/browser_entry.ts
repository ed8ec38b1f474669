/** What the browser runs: the cases on the page's adapter. */
import type { GoldenCase } from "../golden_case.ts";
import type { ParityResult } from "../run_cases.ts";
import { requestTestDevice } from "@renorm/testing/gpu/request_device";
import { runOnDevice } from "./run_on_device.ts";

/** Runs the cases and gives all results; the host calls it by this name. */
async function runParity(cases: readonly GoldenCase[]): Promise<ParityResult[]> {
  const device = await requestTestDevice(navigator.gpu);
  const results: ParityResult[] = [];
  for await (const result of runOnDevice(cases, "browser", device)) results.push(result);
  return results;
}

Object.assign(globalThis, { runParity });
