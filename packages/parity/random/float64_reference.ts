/**
 * Batch norm and batch renorm of one channel from their definition, in float64; not our library.
 */
import type { ChannelNorm, ChannelResult, ChannelStep } from "./layer_in_numbers.ts";

/** The reference of a kind: what is tracked differs, and r and d. */
export function float64Reference(isRenorm: boolean): ChannelNorm {
  return {
    train(step) {
      const { x, eps, momentum, runningMean, runningVar, rmax, dmax } = step;
      const m = x.length;
      const mean = meanOf(x);
      const variance = sum(x.map((value) => (value - mean) ** 2)) / m;
      const [std, runningStd] = [Math.sqrt(variance + eps), Math.sqrt(runningVar + eps)];
      const r = isRenorm ? clamp(std / runningStd, 1 / rmax, rmax) : 1;
      const d = isRenorm ? clamp((mean - runningMean) / runningStd, -dmax, dmax) : 0;
      const tracked = isRenorm ? variance : variance * (m / (m - 1));
      const z = x.map((value) => (value - mean) / std);
      const y = (z: number) => step.weight * (z * r + d) + step.bias;
      const slope = step.weight * r / std;
      const [s0, s1] = [sum(step.dy), sum(step.dy.map((value, i) => value * z[i]))];
      return {
        y: z.map(y),
        yMasked: step.masked.x.map((value) => y((value - mean) / std)),
        dx: step.dy.map((value, i) => slope * (value - s0 / m - z[i] * (s1 / m))),
        dWeight: r * s1 + d * s0,
        dBias: s0,
        runningMean: (1 - momentum) * runningMean + momentum * mean,
        runningVar: (1 - momentum) * runningVar + momentum * tracked,
        slope,
      };
    },
    infer: inferred,
  };
}

function inferred(step: ChannelStep): ChannelResult {
  const { x, dy, masked, weight, bias, runningMean, runningVar, eps } = step;
  const std = Math.sqrt(runningVar + eps);
  const normalized = (value: number) => (value - runningMean) / std;
  const z = x.map(normalized);
  return {
    y: z.map((value) => weight * value + bias),
    yMasked: masked.x.map((value) => weight * normalized(value) + bias),
    dx: dy.map((value) => value * (weight / std)),
    dWeight: sum(dy.map((value, i) => value * z[i])),
    dBias: sum(dy),
    runningMean,
    runningVar,
    slope: weight / std,
  };
}

/** In two looks: a constant channel has to come out exact beside a tiny eps. */
function meanOf(values: Float64Array): number {
  const near = sum(values) / values.length;
  return near + sum(values.map((value) => value - near)) / values.length;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
