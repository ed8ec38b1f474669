/** What the browser runs: the models on its WebGL. */
import type { ParityResult } from "../run_cases.ts";
import type { GoldenModel } from "./golden_model.ts";
import { runModels } from "./run_models.ts";

/** Trains the models and gives all results; the host calls it by this name. */
async function runGoldenModels(models: readonly GoldenModel[]): Promise<ParityResult[]> {
  return await Array.fromAsync(runModels(models, "webgl", "browser"));
}

Object.assign(globalThis, { runGoldenModels });
