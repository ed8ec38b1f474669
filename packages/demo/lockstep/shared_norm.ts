/** Batch renorm of a batch that lies in several processes: what SyncBatchNorm is to batch norm. */
import {
  forwardByMoments,
  type GradientSums,
  gradientSums,
  inputGradient,
  type Moments,
  moments,
  type SavedForPart,
  updateRunningStats,
} from "@renorm/core-math";
import { limitsAt, linearWarmup } from "@renorm/schedule";
import { hidden, type Norm } from "./train_net.ts";

/** What the processes tell each other in a step; each answer is that of all of them merged. */
export interface Share {
  moments(own: Moments): Promise<Moments>;
  gradientSums(own: GradientSums): Promise<GradientSums>;
  sum(own: Float64Array): Promise<Float64Array>;
}

/** A norm of which every process holds a copy; the copies stay alike. */
export function sharedNorm(share: Share): Norm {
  const weight = new Float32Array(hidden).fill(1);
  const bias = new Float32Array(hidden);
  const runningMean = new Float32Array(hidden);
  const runningVar = new Float32Array(hidden).fill(1);
  const running = { runningMean, runningVar };
  const schedule = linearWarmup({ warmupSteps: 10 });
  let step = 0;
  let saved: SavedForPart;
  return {
    weight,
    bias,
    async forward(x) {
      const batch = await share.moments(moments(x));
      const limits = limitsAt(schedule, ++step);
      const forward = forwardByMoments(x, batch, { weight, bias, ...running }, limits);
      saved = forward.saved;
      updateRunningStats(running, batch, { runningVariance: "biased" });
      return forward.y;
    },
    async backward(dy) {
      const sums = await share.gradientSums(gradientSums(dy, saved));
      const { dx, dWeight, dBias } = inputGradient(dy, saved, sums);
      return { dx, dWeight: dWeight!, dBias: dBias! };
    },
  };
}
