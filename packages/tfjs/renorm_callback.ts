import { limitsAt, parseSchedule, type Schedule } from "@renorm/schedule";
import { classNameOf, findRenormLayers } from "./find_norm_layers.ts";
import { readNamed } from "./layer_config.ts";
import { type NormalizationLayer, renormClassName } from "./layer_interface.ts";
import type { LayersModel, TensorFlow } from "./tensor_flow.ts";
import { hearTrainingCalls } from "./training_calls.ts";

/** Options of {@linkcode RenormLayers.renormCallback}. */
export interface RenormCallbackOptions {
  /** Limits for every batch renorm of the model from now on. Default: those of each layer. */
  schedule?: Schedule;
}

/** What `fit` takes as a callback. */
export type FitCallback = InstanceType<TensorFlow["Callback"]>;

let isWarned = false;

/**
 * A callback that sets the schedule and writes the limits of a layer into the logs of each epoch.
 */
export function makeCallback(tf: TensorFlow, options: RenormCallbackOptions): FitCallback {
  const owner = "renormCallback";
  const given = readNamed(owner, options, ["schedule"]).schedule;
  const schedule = given === undefined ? null : parseSchedule(given, owner);
  let layers: NormalizationLayer[] = [];
  const meet = (layer: NormalizationLayer) => {
    if (layers.includes(layer) || classNameOf(layer) !== renormClassName) return;
    layers.push(layer);
    if (schedule) layer.schedule = schedule;
  };

  class RenormCallback extends tf.Callback {
    override setModel(model: Parameters<FitCallback["setModel"]>[0]): void {
      super.setModel(model);
      layers = [];
      findRenormLayers(model as unknown as LayersModel).forEach(({ layer }) => meet(layer));
    }
  }
  const callback = new RenormCallback();

  // Behind a callback that is a plain object TensorFlow.js takes the hooks as if ours was one too:
  // they have another `this`, and no model is told. Then the layers are those that train in a
  // batch.
  let unhear = () => {};
  return Object.assign(callback, {
    onTrainBegin(this: unknown) {
      if (this !== callback) layers = [];
      return Promise.resolve();
    },
    onBatchBegin(this: unknown) {
      unhear();
      if (this !== callback) unhear = hearTrainingCalls(meet);
      return Promise.resolve();
    },
    onBatchEnd() {
      unhear();
      return Promise.resolve();
    },
    onEpochEnd(_epoch: number, logs?: Record<string, unknown>) {
      // A frozen one stands still.
      const layer = layers.find(({ trainable }) => trainable) ?? layers[0];
      if (layer) {
        const { rmax, dmax } = limitsAt(layer.schedule, layer.renormStep);
        if (logs) Object.assign(logs, { rmax, dmax, renormStep: layer.renormStep });
      } else if (!isWarned) {
        isWarned = true;
        console.warn("renormCallback: the model has no batch renorm layers, so nothing is logged");
      }
      return Promise.resolve();
    },
  });
}
