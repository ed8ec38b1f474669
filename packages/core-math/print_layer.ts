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

/** A number as Python prints a float: `3.0`, `0.1`, `1e-05`, `inf`. */
export function pythonFloat(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "inf" : value < 0 ? "-inf" : "nan";
  const [digits, exponent] = value.toExponential().split("e");
  const power = Number(exponent);
  if (value !== 0 && (power < -4 || power >= 16)) {
    const sign = power < 0 ? "-" : "+";
    return `${digits}e${sign}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  const text = value.toFixed(Math.max(0, digits.replace(/^-?\d\.?/, "").length - power));
  return text.includes(".") ? text : `${text}.0`;
}

function pythonBoolean(value: boolean): string {
  return value ? "True" : "False";
}
