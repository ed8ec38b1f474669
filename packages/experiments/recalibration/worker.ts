/** The worker that trains a network and recalibrates it. */
import * as tf from "@tensorflow/tfjs";
import { type Progress, train } from "../digits/train.ts";
import { loadTrainingData } from "../digits/training_data.ts";
import { takeRuns } from "../runs/worker_messages.ts";
import { useFastCpuKernels } from "../training/fast_cpu_kernels.ts";
import { type Accuracies, measureNetwork } from "./measure_network.ts";
import type { NetworkResult } from "./report.ts";
import { type RecalibrationSettings, type TrainedNetwork, trainingOf } from "./trainings.ts";

takeRuns<TrainedNetwork, RecalibrationSettings, NetworkResult, Progress>(
  async (run, settings, report) => {
    tf.enableProdMode();
    await tf.setBackend("cpu");
    useFastCpuKernels();
    const training = trainingOf(run, settings);
    const data = await loadTrainingData(training.settings);
    let accuracies: Accuracies = {};
    const measure = async (model: tf.LayersModel) => {
      accuracies = await measureNetwork(model, data);
    };
    const { epochs } = await train(data, training.run, training.settings, report, measure);
    const inTrainingMode = epochs.at(-1)!.trainingMode.accuracy;
    return {
      ...{ run, settings },
      accuracies: { "test images, training mode": inTrainingMode, ...accuracies },
    };
  },
);
