/** The cases on wgpu in Deno, once on every driver, each in a process of its own. */
import { fileURLToPath } from "node:url";
import { driverVariable, findDrivers } from "@renorm/testing/gpu/drivers";
import type { GoldenCase } from "../golden_case.ts";
import type { ParityResult } from "../run_cases.ts";
import { readResults } from "./result_lines.ts";

/** Runs the cases on each driver found. */
export async function* denoTarget(cases: readonly GoldenCase[]): AsyncIterable<ParityResult> {
  const runner = fileURLToPath(new URL("./deno_runner.ts", import.meta.url));
  for (const { name, env } of await findDrivers()) {
    const program = {
      path: Deno.execPath(),
      args: ["run", "--quiet", "--allow-env", runner, `deno ${name}`],
      env: { ...env, [driverVariable]: name },
    };
    yield* readResults(`deno ${name}`, program, JSON.stringify(cases));
  }
}
