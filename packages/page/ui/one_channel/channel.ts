/** One channel of a batch, as a hand can move it, and what both norms make of it. */
import {
  batchNormForward,
  batchNormInference,
  batchRenormForward,
  type Limits,
  moments,
  renormCorrection,
  type RunningStats,
} from "@renorm/core-math";

/** A batch of one channel, the running statistics before it, and how it is normalised. */
export interface Channel extends Limits {
  /** A value for each image of the batch, 2 to 8. */
  readonly values: readonly number[];
  readonly runningMean: number;
  readonly runningVar: number;
  /** Weight of the batch in the running statistics. */
  readonly momentum: number;
}

/** What is computed of a channel. */
export interface Normalised {
  /** Mean and deviation of the batch. */
  readonly batch: Spread;
  /** The running ones. */
  readonly running: Spread;
  /** Batch renorm's correction before clipping, and as it is used. */
  readonly open: Correction;
  readonly used: Correction;
  /** The outputs for each value. */
  readonly batchNorm: readonly number[];
  readonly batchRenorm: readonly number[];
  readonly inference: readonly number[];
}

/** Where values lie, and how wide. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

/** The two numbers of batch renorm. */
export type Correction = Readonly<Record<"r" | "d", number>>;

/** How far a value can be moved, either way. */
export const reach = 4;

/** How many values a batch may have. */
export const counts = { least: 2, most: 8 } as const;

/** The least deviation to which a batch is squeezed, so that it keeps its shape. */
const leastDeviation = 0.05;

/** A batch whose mean and deviation are both off, with limits that allow the correction. */
export const firstChannel: Channel = {
  values: [0.5, 1.1, 1.6, 2.4],
  runningMean: 0,
  runningVar: 1,
  rmax: 3,
  dmax: 5,
  momentum: 0.1,
};

/** Normalises the batch in every way; nothing moves. */
export function normalise(channel: Channel): Normalised {
  const { rmax, dmax } = channel;
  const [x, running] = [tensorOf(channel), runningOf(channel)];
  const look = { updateStats: false } as const;
  const batchNorm = batchNormForward(x, running, look);
  const batchRenorm = batchRenormForward(x, running, { rmax, dmax, ...look });
  const inference = batchNormInference(x, running);
  const open = renormCorrection(moments(x), running, { rmax: Infinity, dmax: Infinity });
  const spread = ({ mean: [mean], invStd: [invStd] }: typeof inference.saved) => {
    return { mean, deviation: 1 / invStd };
  };
  const first = ({ r: [r], d: [d] }: typeof open) => ({ r, d });
  return {
    batch: spread(batchNorm.saved),
    running: spread(inference.saved),
    open: first(open),
    used: first(batchRenorm.saved),
    batchNorm: [...batchNorm.y.data],
    batchRenorm: [...batchRenorm.y.data],
    inference: [...inference.y.data],
  };
}

/** The batch with one value elsewhere. */
export function withValue(channel: Channel, place: number, value: number): Channel {
  return { ...channel, values: channel.values.with(place, within(value, -reach, reach)) };
}

/** The batch moved to a mean, as far as all its values can go. */
export function withMean(channel: Channel, mean: number): Channel {
  const { values } = channel;
  const by = within(
    mean - normalise(channel).batch.mean,
    -reach - Math.min(...values),
    reach - Math.max(...values),
  );
  return { ...channel, values: values.map((value) => value + by) };
}

/** The batch stretched about its mean to a deviation, as far as all its values can go. */
export function withDeviation(channel: Channel, deviation: number): Channel {
  const { mean, deviation: before } = normalise(channel).batch;
  // A point has no shape that could be stretched: it becomes a row.
  const isPoint = before < leastDeviation / 2;
  const middle = (channel.values.length - 1) / 2;
  const offsets = channel.values.map((value, i) => isPoint ? i - middle : value - mean);
  const ofOffsets = normalise({ ...channel, values: offsets }).batch.deviation;
  const room = offsets.map((by) => (reach - Math.sign(by) * mean) / Math.abs(by));
  const factor = Math.min(Math.max(deviation, leastDeviation) / ofOffsets, ...room);
  return { ...channel, values: offsets.map((by) => mean + by * factor) };
}

/** The batch with so many values: the last ones go, or more come. */
export function withCount(channel: Channel, count: number, randn: Randn): Channel {
  const { mean, deviation } = normalise(channel).batch;
  const more = Array.from(
    randn(Math.max(0, count - channel.values.length)),
    (value) => within(mean + deviation * value, -reach, reach),
  );
  return { ...channel, values: [...channel.values, ...more].slice(0, count) };
}

/** Draws standard normal values. */
export type Randn = (count: number) => ArrayLike<number>;

/** Between the classes that batches come from, and within one. */
const classDeviation = { between: 1.2, within: 0.8 };

/** A training step: the running statistics take in the batch, and another one is drawn. */
export function nextBatch(channel: Channel, randn: Randn): Channel {
  const running = runningOf(channel);
  const { rmax, dmax, momentum } = channel;
  batchRenormForward(tensorOf(channel), running, { rmax, dmax, momentum });
  const [centre, ...drawn] = Array.from(randn(1 + channel.values.length));
  const values = drawn.map((value) =>
    within(classDeviation.between * centre + classDeviation.within * value, -reach, reach)
  );
  return {
    ...channel,
    values,
    runningMean: running.runningMean[0],
    runningVar: running.runningVar[0],
  };
}

function tensorOf({ values }: Channel) {
  return { data: Float64Array.from(values), shape: [values.length, 1] };
}

function runningOf({ runningMean, runningVar }: Channel): RunningStats {
  return { runningMean: Float32Array.of(runningMean), runningVar: Float32Array.of(runningVar) };
}

function within(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
