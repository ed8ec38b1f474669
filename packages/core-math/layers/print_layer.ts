import type { ResolvedLayerOptions } from "./layer_options.ts";
import type { RunningVariance } from "../update_running_stats.ts";

/** A value to print; a number is printed as a Python float. */
export type Printed = number | boolean | string | null;

/**
 * A layer as PyTorch prints it: `BatchNorm2d(16, eps=1e-05, momentum=0.1, affine=True, ...)`, with
 * our own options where they are not the default.
 *
 * @param name Class name.
 * @param layer The layer or its options.
 * @param runningVariance Default of that option.
 * @param options What the class prints beyond PyTorch's.
 */
export function printLayer(
  name: string,
  layer: ResolvedLayerOptions & { readonly numFeatures: number },
  runningVariance: RunningVariance,
  options?: Readonly<Record<string, Printed>>,
): string {
  const entries = {
    eps: layer.eps,
    momentum: layer.momentum,
    affine: layer.affine,
    track_running_stats: layer.trackRunningStats,
    ...options,
    ...layer.layout === "channels-last" && { layout: layer.layout },
    ...layer.runningVariance !== runningVariance && { running_variance: layer.runningVariance },
    ...layer.onNonFinite !== "skip" && { on_non_finite: layer.onNonFinite },
  };
  const printed = Object.entries(entries).map(([key, value]) => `${key}=${inPython(value)}`);
  return `${name}(${[layer.numFeatures, ...printed].join(", ")})`;
}

/** A value as Python prints it: `3.0`, `0.1`, `1e-05`, `inf`, `True`, `None`. Numbers are at least 0. */
export function inPython(value: Printed): string {
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
