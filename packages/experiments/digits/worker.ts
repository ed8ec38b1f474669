/** The worker that trains. */
import * as tf from "@tensorflow/tfjs";
import { takeRuns } from "../runs/worker_messages.ts";
import { useFastCpuKernels } from "../training/fast_cpu_kernels.ts";
import type { Run, TrainingSettings } from "./settings.ts";
import { type Progress, type RunResult, train } from "./train.ts";
import { loadTrainingData } from "./training_data.ts";

takeRuns<Run, TrainingSettings, RunResult, Progress>(async (run, settings, report) => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  useFastCpuKernels();
  return await train(await loadTrainingData(settings), run, settings, report);
});
