/** Golden models in TensorFlow.js: on its CPU, and on WebGPU with and without our kernels. */
import { driverVariable, findDrivers } from "../../../scripts/gpu/drivers.ts";
import { readResults } from "../result_lines.ts";
import type { ParityResult } from "../run_cases.ts";
import type { GoldenModel } from "./golden_model.ts";

/** Trains the models on the CPU and on each driver found. */
export async function* tfjsTarget(models: readonly GoldenModel[]): AsyncIterable<ParityResult> {
  const runner = new URL("./tfjs_runner.ts", import.meta.url).pathname;
  const run = (name: string, backend: string, env: Readonly<Record<string, string>>) => {
    const program = {
      path: Deno.execPath(),
      args: ["run", "--quiet", "--allow-env", "--allow-read", runner, name, backend],
      env,
    };
    return readResults(`tfjs ${backend} ${name}`.trim(), program, JSON.stringify(models));
  };
  yield* run("", "cpu", {});
  for (const { name, env } of await findDrivers()) {
    yield* run(name, "webgpu", { ...env, [driverVariable]: name });
  }
}
