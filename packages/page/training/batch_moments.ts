/**
 * What a training step did to the channels of a norm layer, from how its running statistics moved.
 */
import { type RenormCorrection, renormCorrection } from "@renorm/wasm-kernels";
import { layerChannels } from "@renorm/experiments/training/layer_channels";
import { epsilon } from "@renorm/experiments/training/norm_layers";

/** Mean and variance of each channel of a layer. */
export interface ChannelMoments {
  readonly mean: Float32Array;
  readonly variance: Float32Array;
}

/** The layers of a network from an array that holds mean and variance of one after another. */
export function splitLayers(stats: Float32Array): ChannelMoments[] {
  let start = 0;
  const next = (channels: number) => stats.slice(start, start += channels);
  return layerChannels.map((channels) => ({ mean: next(channels), variance: next(channels) }));
}

/**
 * The moments of a batch: from `after = before + momentum·(batch − before)` follows
 * `batch = before + (after − before) / momentum`. That costs no forward of its own and holds on
 * every backend; what float32 rounds off grows by 1 / momentum.
 */
export function batchMoments(
  before: ChannelMoments,
  after: ChannelMoments,
  momentum: number,
): ChannelMoments {
  const extend = (from: Float32Array, to: Float32Array) =>
    from.map((value, c) => value + (to[c] - value) / momentum);
  return {
    mean: extend(before.mean, after.mean),
    variance: extend(before.variance, after.variance).map((value) => Math.max(0, value)),
  };
}

/** r and d of a batch without limits. */
export function openCorrection(
  { mean, variance }: ChannelMoments,
  running: ChannelMoments,
): RenormCorrection {
  // How many values were behind the moments makes no difference, if there were any.
  const batch = { mean: Float64Array.from(mean), variance: Float64Array.from(variance), m: 1 };
  const stats = { runningMean: running.mean, runningVar: running.variance };
  return renormCorrection(batch, stats, { eps: epsilon, rmax: Infinity, dmax: Infinity });
}
