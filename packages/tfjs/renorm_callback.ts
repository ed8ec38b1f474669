import { expects, show } from "@renorm/core-math/checks";
import { limitsAt, parseSchedule, type Schedule } from "@renorm/schedule";
import { findRenormLayers } from "./find_layers.ts";
import type { LayersModel, TensorFlow } from "./tensor_flow.ts";

/** Options of {@linkcode RenormLayers.renormCallback}. */
export interface RenormCallbackOptions {
  /** Limits for every batch renorm of the model from now on. Default: those of each layer. */
  schedule?: Schedule;
}

/** What `fit` takes as a callback. */
export type FitCallback = InstanceType<TensorFlow["Callback"]>;

/** A callback that sets the schedule and writes the limits of a layer into the logs of each epoch. */
export function makeCallback(tf: TensorFlow, options: RenormCallbackOptions): FitCallback {
  const owner = "renormCallback";
  for (const name of Object.keys(options)) {
    if (name !== "schedule") {
      throw new TypeError(expects(owner, "options among schedule", show(name)));
    }
  }
  const schedule = options.schedule && parseSchedule(options.schedule);

  class RenormCallback extends tf.Callback {
    override setModel(model: Parameters<FitCallback["setModel"]>[0]): void {
      super.setModel(model);
      const layers = findRenormLayers(model as unknown as LayersModel);
      if (layers.length === 0) {
        throw new TypeError(expects(owner, "a model with batch renorm layers", "one without"));
      }
      if (schedule) { for (const { layer } of layers) layer.schedule = schedule; }
    }

    override onEpochEnd(_epoch: number, logs?: Record<string, unknown>): Promise<void> {
      const layers = findRenormLayers(this.model as unknown as LayersModel);
      // A frozen one stands still.
      const { layer } = layers.find(({ layer }) => layer.trainable) ?? layers[0];
      const { rmax, dmax } = limitsAt(layer.schedule, layer.renormStep);
      if (logs) Object.assign(logs, { rmax, dmax, renormStep: layer.renormStep });
      return Promise.resolve();
    }
  }
  return new RenormCallback();
}
