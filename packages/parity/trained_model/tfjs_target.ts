/** Golden models in TensorFlow.js: on its CPU, on WebGPU with and without our kernels, on WebGL. */
import { fileURLToPath } from "node:url";
import { withBrowserPage } from "@renorm/testing/browser";
import { bundle } from "@renorm/testing/bundle";
import type { ParityResult } from "../run_cases.ts";
import { driverVariable, findDrivers } from "@renorm/testing/gpu/drivers";
import { readResults } from "../targets/result_lines.ts";
import type { GoldenModel } from "./golden_model.ts";

/** Trains the models on the CPU, on each driver found, and in a browser. */
export async function* tfjsTarget(models: readonly GoldenModel[]): AsyncIterable<ParityResult> {
  if (models.length === 0) return;
  const runner = fileURLToPath(new URL("./tfjs_runner.ts", import.meta.url));
  const run = (place: string, backend: string, env: Readonly<Record<string, string>>) => {
    const program = {
      path: Deno.execPath(),
      args: ["run", "--quiet", "--allow-env", "--allow-read", runner, place, backend],
      env,
    };
    return readResults(`tfjs ${backend} ${place}`.trim(), program, JSON.stringify(models));
  };
  yield* run("", "cpu", {});
  for (const { name, env } of await findDrivers()) {
    yield* run(name, "webgpu", { ...env, [driverVariable]: name });
  }
  yield* await runInBrowser(models);
}

async function runInBrowser(models: readonly GoldenModel[]): Promise<ParityResult[]> {
  const script = await bundle(new URL("./tfjs_browser_entry.ts", import.meta.url));
  return await withBrowserPage(async (page) => {
    await page.addScriptTag({ content: script, type: "module" });
    // A module of a page runs when it comes to it.
    await page.waitForFunction(() => "runGoldenModels" in globalThis);
    const results: ParityResult[] = [];
    for (const backend of ["webgpu", "webgl"]) {
      type Given = readonly [models: readonly GoldenModel[], backend: string];
      const run = ([models, backend]: Given) =>
        (globalThis as unknown as {
          runGoldenModels(models: unknown, backend: string): Promise<ParityResult[]>;
        }).runGoldenModels(models, backend);
      results.push(...await page.evaluate<ParityResult[], Given>(run, [models, backend]));
    }
    return results;
  });
}
