import { expects } from "@renorm/schedule/checks";
import { readMask } from "../checks/mask.ts";
import { checkFinite } from "../checks/parameters.ts";
import type { InnerLoops } from "../math/inner_loops.ts";
import { merged } from "../math/merge_moments.ts";
import { emptyMoments, type Moments, momentsOf } from "../math/moments.ts";
import { normalizeInto } from "../math/normalize.ts";
import { trackedVariance } from "../math/update_running_stats.ts";
import type { NormalizationLayer } from "./normalization_layer.ts";

/** A layer whose forwards are measured until it is released. */
export interface WatchedLayer {
  /** The moments of all that went through since the last call, with the variance that it tracks. */
  pooled(owner: string): Moments;
  /** Makes them its running statistics. */
  take(pooled: Moments): void;
  /** Makes the layer compute as before, in the mode it was in. */
  release(): void;
  /** Gives it the running statistics back that it had at the start. */
  undo(): void;
}

/** Those that a run is measuring: two at once would undo each other's forward. */
const watched: WeakSet<NormalizationLayer> = new WeakSet();

/** Whether a run, which may be async, is measuring a layer. */
export function isWatched(layer: NormalizationLayer): boolean {
  return watched.has(layer);
}

/**
 * Watches a layer that tracks statistics. It normalises by each batch, but for one of a single
 * value, or by its running statistics, and moves nothing by itself.
 */
export function watchLayer(
  layer: NormalizationLayer,
  byBatch: boolean,
  onBatch: () => void,
): WatchedLayer {
  const { training, eps, layout, numFeatures, weight, bias } = layer;
  const running = { runningMean: layer.runningMean!, runningVar: layer.runningVar! };
  const [mean, variance] = [running.runningMean.slice(), running.runningVar.slice()];
  const own = Object.getOwnPropertyDescriptor(layer, "forward");
  const nothing = () => emptyMoments({ outer: 0, channels: numFeatures, inner: 0, m: 0 });
  let all = nothing();
  const infer = layer.forward.bind(layer);
  const loops = layer["loops"];
  watched.add(layer);
  layer.forward = (x, options) => {
    // Inference checks its input, then normalises once, by the loops that it finds.
    const normalize: InnerLoops["normalize"] = (data, view, map, y) => {
      const mask = readMask(String(layer), options?.mask, { x, view }, layout);
      const batch = momentsOf(data, view, mask, loops);
      if (byBatch && batch.m > 1) {
        const invStd = batch.variance.map((value) => 1 / Math.sqrt(value + eps));
        normalizeInto(data, view, { mean: batch.mean, invStd, weight, bias }, y, loops);
      } else loops.normalize(data, view, map, y);
      all = merged(all, batch);
    };
    Object.defineProperty(layer, "loops", { value: { ...loops, normalize }, configurable: true });
    layer.eval();
    const y = infer(x, options);
    onBatch();
    return y;
  };
  return {
    pooled(owner) {
      if (all.m < 2) {
        const wanted = "more than 1 value per channel through each layer";
        throw new RangeError(expects(owner, wanted, `${all.m} through ${layer}`));
      }
      const tracked = trackedVariance(all, layer.runningVariance);
      checkFinite(owner, all, tracked);
      const pooled = { ...all, variance: tracked };
      all = nothing();
      return pooled;
    },
    take(pooled) {
      running.runningMean.set(pooled.mean);
      running.runningVar.set(pooled.variance);
    },
    release() {
      Reflect.deleteProperty(layer, "loops");
      if (own) Object.defineProperty(layer, "forward", own);
      else delete (layer as Partial<NormalizationLayer>).forward;
      layer.train(training);
      watched.delete(layer);
    },
    undo() {
      running.runningMean.set(mean);
      running.runningVar.set(variance);
    },
  };
}
