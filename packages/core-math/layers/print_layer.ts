import {
  defaultRunningVariance,
  type LayerClass,
  ourDefaults,
  type ResolvedLayerOptions,
} from "./layer_options.ts";
import type { StepLimitsOptions } from "./step_limits.ts";

/**
 * A layer as PyTorch prints it: `BatchNorm2d(16, eps=1e-05, momentum=0.1, affine=True, ...)`, with
 * the limits of batch renorm, and our own options where they are not the default.
 *
 * @param options The layer's options, in the order in which they are printed.
 */
export function printLayer(
  { name, method }: LayerClass,
  numFeatures: number,
  options: ResolvedLayerOptions & StepLimitsOptions,
): string {
  const runningVariance = defaultRunningVariance(method);
  const quiet: object = { ...ourDefaults, runningVariance };
  const printed = Object.entries(options).flatMap(([key, value]) => {
    if (key === "schedule") return "limits_at=schedule";
    if (key === "limitsAt") return "limits_at=custom";
    if (key === "warmupSteps") return `warmup_steps=${value}`;
    const inSnakeCase = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return quiet[key as keyof typeof quiet] === value ? [] : `${inSnakeCase}=${inPython(value)}`;
  });
  return `${name}(${[numFeatures, ...printed].join(", ")})`;
}

/** A value of at least 0 as Python prints it: `3.0`, `0.1`, `1e-05`, `inf`, `True`, `None`. */
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
