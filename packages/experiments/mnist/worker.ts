/** The worker that trains, and recalibrates batch norm. */
import * as tf from "@tensorflow/tfjs";
import { renormLayers } from "@renorm/tfjs";
import { loadMnist } from "../data/mnist.ts";
import type { Run } from "../digits/settings.ts";
import { type Progress, train } from "../digits/train.ts";
import { accuracyOf, draw } from "../recalibration/measure_network.ts";
import { takeRuns } from "../runs/worker_messages.ts";
import { useFastCpuKernels } from "../training/fast_cpu_kernels.ts";
import type { FolderSettings, MnistResult } from "./results.ts";
import { largeBatch } from "./settings.ts";

const { recalibrate } = renormLayers(tf);

takeRuns<Run, FolderSettings, MnistResult, Progress>(async (run, settings, report) => {
  tf.enableProdMode();
  await tf.setBackend("cpu");
  useFastCpuKernels();
  const data = await loadMnist(settings.folder, settings.images);
  let recalibrated: number | null = null;
  const use = async (model: tf.LayersModel) => {
    if (run.norm !== "batch norm") return;
    const batches = Math.ceil(settings.recalibratedOver / largeBatch);
    const over = draw(data.train, "at random", largeBatch, batches);
    await recalibrate(model, over, { normalizeBy: "running", passes: 2 });
    tf.dispose(over);
    recalibrated = accuracyOf(model, data.test);
  };
  const asLong = run.batchSize === largeBatch ? { epochs: settings.largeBatchEpochs } : {};
  const training = { ...settings, ...asLong };
  const { epochs, seconds } = await train(data, run, training, report, use);
  const { trainingMode, evalMode } = epochs.at(-1)!;
  return {
    ...{ run, settings, recalibrated, seconds },
    trainingMode: trainingMode.accuracy,
    evalMode: evalMode.accuracy,
  };
});
