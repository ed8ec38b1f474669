import type { ResolvedLayerOptions } from "./layer_options.ts";
import type { RunningVariance } from "./update_running_stats.ts";

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
  options: Readonly<Record<string, string>>,
): string {
  const entries = {
    eps: pythonFloat(layer.eps),
    momentum: layer.momentum === null ? "None" : pythonFloat(layer.momentum),
    affine: pythonBoolean(layer.affine),
    track_running_stats: pythonBoolean(layer.trackRunningStats),
    ...options,
    ...layer.layout === "channels-last" && { layout: layer.layout },
    ...layer.runningVariance !== runningVariance && { running_variance: layer.runningVariance },
    ...layer.onNonFinite !== "skip" && { on_non_finite: layer.onNonFinite },
  };
  const printed = Object.entries(entries).map(([key, value]) => `${key}=${value}`);
  return `${name}(${[layer.numFeatures, ...printed].join(", ")})`;
}

/** A number of at least 0 as Python prints a float: `3.0`, `0.1`, `1e-05`, `inf`. */
export function pythonFloat(value: number): string {
  if (value === Infinity) return "inf";
  if (value !== 0 && (value < 1e-4 || value >= 1e16)) {
    // Python writes at least two digits of the power.
    return value.toExponential().replace(/(?<=e.)\d$/, "0$&");
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

function pythonBoolean(value: boolean): string {
  return value ? "True" : "False";
}
