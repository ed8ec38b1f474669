/** Tells of layers that are called in training, to whom TensorFlow.js tells no model. */
import type { NormalizationLayer } from "./layer_interface.ts";

type Listener = (layer: NormalizationLayer) => void;

const listeners = new Set<Listener>();

/** Hears of every call until the function that it gives is called. */
export function hearTrainingCalls(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A layer is about to be called in training. */
export function tellTrainingCall(layer: NormalizationLayer): void {
  for (const listener of listeners) listener(layer);
}
