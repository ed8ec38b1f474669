/** The cases and models in jax-js: on its two CPU backends, and on WebGPU on every driver. */
import { fileURLToPath } from "node:url";
import { driverVariable, findDrivers } from "@renorm/testing/gpu/drivers";
import type { GoldenFolder } from "../golden_folder.ts";
import type { ParityResult } from "../run_cases.ts";
import { readResults } from "./result_lines.ts";

/** Runs a folder on each device, each in a process of its own. */
export async function* jaxTarget(
  { cases: unmasked, masked, models }: GoldenFolder,
): AsyncIterable<ParityResult> {
  const cases = [...unmasked, ...masked];
  const runner = fileURLToPath(new URL("./jax_runner.ts", import.meta.url));
  const run = (
    device: string,
    { place = "", env = {}, input }: {
      place?: string;
      env?: Readonly<Record<string, string>>;
      input: Partial<GoldenFolder>;
    },
  ) => {
    const target = `jax ${device} ${place}`.trim();
    const args = ["run", "--quiet", "--allow-env", "--allow-read", runner, device, target];
    const program = { path: Deno.execPath(), args, env };
    return readResults(target, program, JSON.stringify(input));
  };
  // The cpu backend interprets each operation: convolutions would take it minutes.
  yield* run("cpu", { input: { cases, models: [] } });
  yield* run("wasm", { input: { cases, models } });
  for (const { name, env } of await findDrivers()) {
    const driver = { ...env, [driverVariable]: name };
    yield* run("webgpu", { place: name, env: driver, input: { cases, models } });
  }
}
