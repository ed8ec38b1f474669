/** Records operations over buffers that the caller names, for engines that own their state. */
import type { Layout, RunningVariance } from "@renorm/core-math";
import {
  checkMoreThanOneValue,
  checkOptions,
  expects,
  readFields,
  readPlain,
} from "@renorm/core-math/checks";
import { recordStep } from "./record/record_step.ts";
import { insideOf, type NormWorkspace, type Workspace } from "./record/workspace.ts";
import { refuseMask } from "./refuse_mask.ts";
import { type CheckedStep, readStep } from "./tensors/check_tensors.ts";
import type { GpuTensor } from "./tensors/gpu_tensor.ts";
import type { NormBuffers } from "./tensors/norm_buffers.ts";
import { stepFlags, type StepNumbers } from "./wgsl/params.ts";

/** Options of {@linkcode encodeTrainingForward}. */
export interface EncodeTrainingOptions {
  /** Added to a variance under the root, above 0. Default 1e-5. */
  eps?: number;
  /** Weight of the new batch in the running statistics, in `[0, 1]`. Default 0.1. */
  momentum?: number;
  /** Where the channels stand. Default `"channels-first"`. */
  layout?: Layout;
  /** Limits of batch renorm in this step. Default rmax 1 and dmax 0, which is batch norm. */
  rmax?: number;
  /** See rmax. */
  dmax?: number;
  /** The variance that is tracked. Default `"unbiased"`, as batch norm. */
  runningVariance?: RunningVariance;
  /** What a channel with non-finite statistics does to the running ones. Default `"skip"`. */
  onNonFinite?: "skip" | "propagate";
  /** `false` leaves the running statistics alone. Default true. */
  updateStats?: boolean;
}

const trainingOptionNames = [
  "eps",
  "momentum",
  "layout",
  "rmax",
  "dmax",
  "runningVariance",
  "onNonFinite",
  "updateStats",
];

/**
 * Records a training forward: `y = weight·(z·r + d) + bias` with the batch's `z`, then the update
 * of the running statistics, in 1 to 3 dispatches (more only for tensors beyond the binding limit).
 *
 * @param encoder The caller's encoder; nothing is submitted.
 * @param workspace The layer's workspace.
 * @param tensors `x` in and `y` out.
 * @param buffers `weight`, `bias`, `runningMean`, `runningVar`; each may be absent, the running
 * ones together.
 * @param options See {@linkcode EncodeTrainingOptions}.
 * @throws {TypeError} For tensors or buffers that do not fit, or unknown options.
 * @throws {RangeError} For options out of range and for one value per channel.
 * @throws {Error} When the workspace was destroyed or its device is lost.
 */
export function encodeTrainingForward(
  encoder: GPUCommandEncoder,
  workspace: Workspace,
  tensors: { readonly x: GpuTensor; readonly y: GpuTensor },
  buffers: NormBuffers,
  options: EncodeTrainingOptions = {},
): void {
  const inside = insideOf("encodeTrainingForward", workspace);
  recordTrainingForward(encoder, inside, tensors, buffers, options);
}

/**
 * The same from within.
 *
 * @param onRefused Called later, where the device refuses what was recorded.
 * @returns The values per channel.
 */
export function recordTrainingForward(
  encoder: GPUCommandEncoder,
  inside: NormWorkspace,
  tensors: { readonly x: GpuTensor; readonly y: GpuTensor },
  buffers: NormBuffers,
  options: EncodeTrainingOptions,
  onRefused?: () => void,
): number {
  refuseMask(inside.label, options);
  const settings = checkOptions(inside.label, options, trainingOptionNames);
  const { eps = 1e-5, momentum = 0.1, layout = "channels-first", rmax = 1, dmax = 0 } = settings;
  const { runningVariance = "unbiased", onNonFinite = "skip", updateStats = true } = settings;
  if (settings.onNonFinite as string === "throw") {
    const wanted = 'onNonFinite to be "skip" or "propagate"';
    throw new RangeError(expects(inside.label, wanted, '"throw"'));
  }
  const { x, y: out } = readFields(inside.label, "tensors", tensors, ["x", "y"]);
  inside.checkUsable();
  const step = readStep(inside, encoder, { x, out }, buffers, layout);
  const { m } = step;
  checkMoreThanOneValue(inside.label, m, step.tensors.x.shape);
  const hasRunning = Boolean(step.buffers.runningMean);
  recordForward(encoder, inside, "forward", layout, step, {
    flags: (hasRunning ? stepFlags.hasRunningStats : 0) |
      (hasRunning && updateStats ? stepFlags.updateStats : 0) |
      (onNonFinite === "propagate" ? stepFlags.propagateNonFinite : 0),
    eps,
    momentum,
    rmax,
    dmax,
    bessel: runningVariance === "unbiased" ? m / (m - 1) : 1,
  }, onRefused);
  return m;
}

/** Options of {@linkcode encodeInference}. */
export interface EncodeInferenceOptions {
  /** Added to the running variance under the root, above 0. Default 1e-5. */
  eps?: number;
  /** Where the channels stand. Default `"channels-first"`. */
  layout?: Layout;
}

/**
 * Records inference: `y = weight·(x − runningMean)/√(runningVar + eps) + bias`, in one dispatch.
 *
 * @param encoder The caller's encoder; nothing is submitted.
 * @param workspace The layer's workspace.
 * @param tensors `x` in and `y` out.
 * @param buffers The running statistics, and `weight` and `bias` where there are any.
 * @param options See {@linkcode EncodeInferenceOptions}.
 * @throws {TypeError} For tensors or buffers that do not fit, or unknown options.
 * @throws {RangeError} For options out of range.
 * @throws {Error} When the workspace was destroyed or its device is lost.
 */
export function encodeInference(
  encoder: GPUCommandEncoder,
  workspace: Workspace,
  tensors: { readonly x: GpuTensor; readonly y: GpuTensor },
  buffers: NormBuffers & { readonly runningMean: GPUBuffer; readonly runningVar: GPUBuffer },
  options: EncodeInferenceOptions = {},
): void {
  const inside = insideOf("encodeInference", workspace);
  const { label } = inside;
  const { eps = 1e-5, layout = "channels-first" } = checkOptions(label, options, ["eps", "layout"]);
  const { x, y: out } = readFields(label, "tensors", tensors, ["x", "y"]);
  inside.checkUsable();
  const step = readStep(inside, encoder, { x, out }, buffers, layout);
  if (!step.buffers.runningMean) {
    throw new TypeError(expects(label, "runningMean and runningVar", "neither"));
  }
  recordForward(encoder, inside, "inference", layout, step, { eps });
}

/** Records a forward and makes it the one that a backward goes back through. */
function recordForward(
  encoder: GPUCommandEncoder,
  inside: NormWorkspace,
  operation: "forward" | "inference",
  layout: Layout,
  step: CheckedStep,
  numbers: StepNumbers,
  onRefused?: () => void,
): void {
  const latest = { x: step.tensors.x, layout, fixed: operation === "inference" };
  if (step.m > 0) {
    recordStep(encoder, inside, { ...step, operation, layout }, numbers, () => {
      if (inside.latest === latest) inside.latest = null;
      onRefused?.();
    });
  }
  inside.latest = latest;
}

/** Options of {@linkcode encodeBackward}. */
export interface EncodeBackwardOptions {
  /**
   * The training forward to go back through, where it has a `table` of its own. Default: the latest
   * on the workspace.
   */
  forward?: { readonly x: GpuTensor; readonly layout: Layout };
}

/**
 * Records the backward of a forward: `dx`, and the gradients to weight and bias, in 1 to 3
 * dispatches (more only for tensors beyond the binding limit).
 *
 * @param encoder The caller's encoder; nothing is submitted.
 * @param workspace The layer's workspace. The x of the forward must still be in its buffer.
 * @param tensors `dy` in and `dx` out, of the shape and dtype of x.
 * @param buffers `weightGrad` and `biasGrad`, where they are wanted, and the forward's `table`.
 * @param options See {@linkcode EncodeBackwardOptions}.
 * @throws {TypeError} Without a forward, or for tensors or buffers that do not fit.
 * @throws {Error} When the workspace was destroyed or its device is lost.
 */
export function encodeBackward(
  encoder: GPUCommandEncoder,
  workspace: Workspace,
  tensors: { readonly dy: GpuTensor; readonly dx: GpuTensor },
  buffers: Pick<NormBuffers, "weightGrad" | "biasGrad" | "table"> = {},
  options: EncodeBackwardOptions = {},
): void {
  const inside = insideOf("encodeBackward", workspace);
  inside.checkUsable();
  const { label } = inside;
  const { forward = inside.latest } = readPlain(
    label,
    "options to be an object",
    "options",
    options,
    ["forward"],
  );
  if (!forward) {
    throw new TypeError(expects(label, "forward before backward", "no forward yet"));
  }
  const { x, fixed, ...latest } = readFields(label, "forward", forward, ["x", "layout", "fixed"]);
  const layout = latest.layout as Layout;
  const { dy, dx } = readFields(label, "tensors", tensors, ["dy", "dx"]);
  const step = readStep(inside, encoder, { x, dy, out: dx }, buffers, layout);
  if (step.m === 0) {
    for (const buffer of [step.buffers.weightGrad, step.buffers.biasGrad]) {
      if (buffer) encoder.clearBuffer(buffer);
    }
    return;
  }
  const flags = fixed ? stepFlags.fixedStatistics : 0;
  recordStep(encoder, inside, { ...step, operation: "backward", layout }, { flags });
}
