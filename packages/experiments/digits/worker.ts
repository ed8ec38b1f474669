/** A worker that trains the runs it is sent, one at a time, and says how far it is. */
import * as tf from "@tensorflow/tfjs";
import { useFastCpuKernels } from "./fast_cpu_kernels.ts";
import { loadTrainingData } from "./training_data.ts";
import type { Run, TrainingSettings } from "./settings.ts";
import { type Progress, type RunResult, train } from "./train.ts";

/** What the worker is sent. */
export interface WorkerOrder {
  readonly run: Run;
  readonly settings: TrainingSettings;
}

/** What the worker sends. */
export type WorkerNews =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "result"; readonly result: RunResult };

// Deno's types have no global scope of a worker of their own.
const scope = self as unknown as {
  onmessage: (event: MessageEvent<WorkerOrder>) => void;
  postMessage(news: WorkerNews): void;
};

scope.onmessage = async ({ data: { run, settings } }) => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  useFastCpuKernels();
  const data = await loadTrainingData(settings);
  const result = await train(data, run, settings, (progress) => {
    scope.postMessage({ kind: "progress", progress });
  });
  scope.postMessage({ kind: "result", result });
};
