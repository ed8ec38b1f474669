import type { RunningVariance } from "../math/update_running_stats.ts";
import type { ResolvedLayerOptions } from "./layer_options.ts";
import type { StepLimitsOptions } from "./step_limits.ts";

/**
 * A layer as PyTorch prints it: `BatchNorm2d(16, eps=1e-05, momentum=0.1, affine=True, ...)`, with
 * the limits of batch renorm, and our own options where they are not the default.
 *
 * @param name Class name.
 * @param numFeatures Number of channels.
 * @param options The layer's options.
 * @param runningVariance Default of that option.
 */
export function printLayer(
  name: string,
  numFeatures: number,
  options: ResolvedLayerOptions & StepLimitsOptions,
  runningVariance: RunningVariance,
): string {
  const { rmax, dmax, warmupSteps, schedule, limitsAt } = options;
  const entries = {
    eps: options.eps,
    momentum: options.momentum,
    affine: options.affine,
    track_running_stats: options.trackRunningStats,
    ...rmax !== undefined && { rmax, dmax, warmup_steps: `${warmupSteps}` },
    ...schedule && { limits_at: "schedule" },
    ...limitsAt && { limits_at: "custom" },
    ...options.layout === "channels-last" && { layout: options.layout },
    ...options.runningVariance !== runningVariance &&
      { running_variance: options.runningVariance },
    ...options.onNonFinite !== "skip" && { on_non_finite: options.onNonFinite },
  };
  const printed = Object.entries(entries).map(([key, value]) => `${key}=${inPython(value!)}`);
  return `${name}(${[numFeatures, ...printed].join(", ")})`;
}

/** A value as Python prints it: `3.0`, `0.1`, `1e-05`, `inf`, `True`, `None`. Numbers are at least 0. */
export function inPython(value: number | boolean | string | null): string {
  if (value === null) return "None";
  if (value === Infinity) return "inf";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "string") return value;
  if (value !== 0 && (value < 1e-4 || value >= 1e16)) {
    // Python writes at least two digits of the power.
    return value.toExponential().replace(/(?<=e.)\d$/, "0$&");
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
