/** What the browser runs: the models on its WebGL and its WebGPU. */
import type { ParityResult } from "../run_cases.ts";
import type { GoldenModel } from "./golden_model.ts";
import { runModels } from "./run_models.ts";

/** Trains the models on a backend and gives all results; the host calls it by this name. */
async function runGoldenModels(
  models: readonly GoldenModel[],
  backend: string,
): Promise<ParityResult[]> {
  return await Array.fromAsync(runModels(models, backend, "browser"));
}

Object.assign(globalThis, { runGoldenModels });
