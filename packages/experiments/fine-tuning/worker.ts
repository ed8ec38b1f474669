/** The worker that fine-tunes. */
import * as tf from "@tensorflow/tfjs";
import { takeRuns } from "../runs/worker_messages.ts";
import { useWasmBackend } from "../training/wasm_backend.ts";
import { classes, featuresOf, loadImages, type RunFeatures } from "./features.ts";
import { fineTune, type FineTuningResult, type Progress } from "./fine_tune.ts";
import { loadPretrained } from "./pretrained.ts";
import type { FineTuningSettings, Run } from "./settings.ts";

/** Loads once what all runs share; all runs of a worker have the same settings. */
async function load(settings: FineTuningSettings) {
  tf.enableProdMode();
  await useWasmBackend();
  const images = await loadImages(settings);
  return { images, ...await loadPretrained(settings.size, settings.lastFrozen, classes) };
}

let loading: ReturnType<typeof load> | undefined;
let last: { readonly key: string; readonly features: RunFeatures } | undefined;

takeRuns<Run, FineTuningSettings, FineTuningResult, Progress>(async (run, settings, report) => {
  const { images, frozen, thawed } = await (loading ??= load(settings));
  const key = `${run.seed} ${run.tunedRate === undefined}`;
  if (last?.key !== key) {
    if (last) tf.dispose([last.features.train.x, last.features.test.x]);
    last = { key, features: featuresOf(frozen, images, run, settings) };
  }
  return await fineTune(thawed, last.features, run, settings, report);
});
