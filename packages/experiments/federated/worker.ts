/** The worker that trains clients and server. */
import * as tf from "@tensorflow/tfjs";
import { loadTrainingData } from "../digits/training_data.ts";
import { takeRuns } from "../runs/worker_messages.ts";
import { useFastCpuKernels } from "../training/fast_cpu_kernels.ts";
import type { FederatedSettings, Run } from "./settings.ts";
import { type Progress, type RunResult, trainFederated } from "./train.ts";

takeRuns<Run, FederatedSettings, RunResult, Progress>(async (run, settings, report) => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  useFastCpuKernels();
  const data = await loadTrainingData(settings);
  return await trainFederated(data, run, settings, report);
});
