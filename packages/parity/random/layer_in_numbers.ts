/** A layer as plain numbers: what the float64 reference and the model of torch have in common. */
import type { ComparedArray, GoldenCase, GoldenStep } from "../golden_case.ts";
import { countsOf, placesOfChannels } from "./channel_values.ts";
import { type Settings, settingsOf } from "./settings.ts";

/** One channel in one step: its values, sample after sample, and what the layer holds for it. */
export interface ChannelStep {
  readonly x: Float64Array;
  readonly dy: Float64Array;
  /** What stands where a mask says that nothing counts. */
  readonly masked: { readonly x: Float64Array; readonly dy: Float64Array };
  /** Values in one sample; under a mask, of all that count laid end to end. */
  readonly inner: number;
  readonly weight: number;
  readonly bias: number;
  readonly runningMean: number;
  readonly runningVar: number;
  readonly eps: number;
  /** Weight of the batch in the running statistics; 0 where none are tracked. */
  readonly momentum: number;
  readonly rmax: number;
  readonly dmax: number;
}

/** What comes of a channel in one step. */
export interface ChannelResult {
  readonly y: Float64Array;
  /** What the same map makes of masked values. */
  readonly yMasked: Float64Array;
  readonly dx: Float64Array;
  readonly dWeight: number;
  readonly dBias: number;
  readonly runningMean: number;
  readonly runningVar: number;
  /** What dy is multiplied with in dx, before what its mean and z take off. */
  readonly slope: number;
}

/** A norm of one channel: in training, and in inference. */
export interface ChannelNorm {
  train(step: ChannelStep): ChannelResult;
  infer(step: ChannelStep): ChannelResult;
}

/** The arrays of a step, as a golden file has them. */
export interface StepArrays extends Record<ComparedArray, number[] | null> {
  y: number[];
  dx: number[];
  /** The largest |slope·dy|. */
  largestTerm: number;
}

/**
 * In which order values are added, and how the running statistics are rounded when they are kept.
 */
export interface Way {
  /** Where the i-th of m values of a channel is taken from. */
  order(i: number, m: number): number;
  keep(statistic: number): number;
}

/** As it is written. */
export const asWritten: Way = { order: (i) => i, keep: (statistic) => statistic };

/** Takes a case through its steps, a channel at a time. */
export function runInNumbers(
  golden: GoldenCase,
  norm: ChannelNorm,
  { order, keep }: Way = asWritten,
): StepArrays[] {
  const settings = settingsOf(golden);
  const places = placesOfChannels(golden.shape);
  const { initial } = golden;
  const runningMean = [...initial.runningMean];
  const runningVar = [...initial.runningVar];
  let batches = initial.numBatchesTracked;
  return golden.steps.map((step) => {
    const usesBatch = isBatch(step) && (step.training || !settings.tracked);
    if (step.training && usesBatch) batches++;
    const { inner } = countsOf(golden.shape);
    const arrays = emptyArrays(step, places.length, settings);
    places.forEach((all, c) => {
      const counting = all.filter((_, i) => step.mask?.[i] !== 0);
      const masked = all.filter((_, i) => step.mask?.[i] === 0);
      const own = counting.map((_, i) => counting[order(i, counting.length)]);
      const valuesAt = (places: Uint32Array) => ({
        x: Float64Array.from(places, (i) => step.x[i]),
        dy: Float64Array.from(places, (i) => step.dy[i]),
      });
      const given: ChannelStep = {
        ...valuesAt(own),
        masked: valuesAt(masked),
        inner: step.mask && golden.shape.length > 2 ? own.length : inner,
        weight: settings.affine ? initial.weight[c] : 1,
        bias: settings.affine ? initial.bias[c] : 0,
        runningMean: runningMean[c],
        runningVar: runningVar[c],
        eps: settings.eps,
        momentum: step.training && settings.tracked ? settings.momentum ?? 1 / batches : 0,
        ...settings.limitsAt(batches),
      };
      const result = usesBatch ? norm.train(given) : norm.infer(given);
      for (const [name, kept] of Object.entries({ runningMean, runningVar })) {
        const next = result[name as "runningMean" | "runningVar"];
        kept[c] = next === kept[c] ? next : keep(next);
      }
      const largestDy = given.dy.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      arrays.largestTerm = Math.max(arrays.largestTerm, Math.abs(result.slope) * largestDy);
      own.forEach((place, i) => {
        arrays.y[place] = result.y[i];
        arrays.dx[place] = result.dx[i];
      });
      masked.forEach((place, i) => arrays.y[place] = result.yMasked[i]);
      for (const name of ["dWeight", "dBias", "runningMean", "runningVar"] as const) {
        if (arrays[name]) arrays[name][c] = result[name];
      }
    });
    return arrays;
  });
}

/** Whether a step has values enough for moments: under a mask less than two are none. */
export function isBatch({ mask }: GoldenStep): boolean {
  return !mask || mask.filter((flag) => flag === 1).length > 1;
}

function emptyArrays(step: GoldenStep, channels: number, settings: Settings): StepArrays {
  const list = (exists: boolean) => exists ? new Array<number>(channels).fill(0) : null;
  return {
    y: new Array<number>(step.x.length).fill(0),
    dx: new Array<number>(step.x.length).fill(0),
    largestTerm: 0,
    dWeight: list(settings.affine),
    dBias: list(settings.affine),
    runningMean: list(settings.tracked),
    runningVar: list(settings.tracked),
  };
}
