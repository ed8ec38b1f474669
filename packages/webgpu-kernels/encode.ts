/** Records operations over buffers that the caller names, for engines that own their state. */
import {
  type ChannelView,
  channelView,
  type Layout,
  type RunningVariance,
} from "@renorm/core-math";
import {
  checkMoreThanOneValue,
  checkOptions,
  expects,
  readFields,
  readPlain,
  show,
} from "@renorm/core-math/checks";
import { type CheckedStep, readStep } from "./tensors/check_tensors.ts";
import { inScopes } from "./tensors/device_faults.ts";
import type { GpuTensor } from "./tensors/gpu_tensor.ts";
import {
  insideOf,
  type NormBuffers,
  type NormWorkspace,
  type Workspace,
} from "./record/workspace.ts";
import { packParams, paramFlags, type Params } from "./record/params.ts";
import { type Operation, planOperation } from "./plan/plan.ts";
import type { Variant } from "./record/pipelines.ts";
import type { StorageType } from "./wgsl/prelude.ts";
import { isStep, type PreparedStep, prepareStep, type StepKey } from "./record/prepared_step.ts";

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

/** What changes from step to step in the uniform. */
type StepNumbers = Pick<Params, "flags" | "eps" | "momentum" | "rmax" | "dmax" | "bessel">;

const noNumbers: StepNumbers = { flags: 0, eps: 1, momentum: 0, rmax: 1, dmax: 0, bessel: 1 };

/** How many different steps a workspace remembers, so that alternating buffers stay cheap. */
const rememberedSteps = 16;

/**
 * Records a training forward: `y = weight·(z·r + d) + bias` with the batch's `z`, then the update of
 * the running statistics, in 1 to 3 dispatches (more only for tensors beyond the binding limit).
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
  recordTrainingForward(encoder, inside, tensors, buffers, options, () => {});
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
  onRefused: () => void,
): number {
  const settings = checkOptions(inside.label, options, trainingOptionNames);
  const { eps = 1e-5, momentum = 0.1, layout = "channels-first", rmax = 1, dmax = 0 } = settings;
  const { runningVariance = "unbiased", onNonFinite = "skip", updateStats = true } = settings;
  if (settings.onNonFinite as string === "throw") {
    const wanted = 'onNonFinite to be "skip" or "propagate"';
    throw new RangeError(expects(inside.label, wanted, '"throw"'));
  }
  const { x, y: out } = readFields(inside.label, "tensors", tensors, ["x", "y"]);
  const step = readStep(inside, encoder, { x, out }, buffers, layout);
  const { m, named } = step;
  checkMoreThanOneValue(inside.label, m, step.x.shape);
  const hasRunning = Boolean(named.runningMean);
  recordForward(encoder, inside, "forward", layout, step, {
    flags: (hasRunning ? paramFlags.hasRunningStats : 0) |
      (hasRunning && updateStats ? paramFlags.updateStats : 0) |
      (onNonFinite === "propagate" ? paramFlags.propagateNonFinite : 0),
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
  const step = readStep(inside, encoder, { x, out }, buffers, layout);
  if (!step.named.runningMean) {
    throw new TypeError(expects(label, "runningMean and runningVar", "neither"));
  }
  recordForward(encoder, inside, "inference", layout, step, { ...noNumbers, eps }, () => {});
}

/** Records a forward and makes it the one that a backward goes back through. */
function recordForward(
  encoder: GPUCommandEncoder,
  inside: NormWorkspace,
  operation: "forward" | "inference",
  layout: Layout,
  step: CheckedStep,
  numbers: StepNumbers,
  onRefused: () => void,
): void {
  const latest = { x: step.x, layout, fixed: operation === "inference" };
  if (step.m > 0) {
    record(encoder, inside, keyOf(operation, layout, step), numbers, () => {
      if (inside.latest === latest) inside.latest = null;
      onRefused();
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
 * Records the backward of a forward: `dx`, and the gradients to weight and bias, in 1 to 3 dispatches
 * (more only for tensors beyond the binding limit).
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
  const { x, layout, fixed } = readFields(label, "forward", forward, ["x", "layout", "fixed"]);
  const { dy, dx } = readFields(label, "tensors", tensors, ["dy", "dx"]);
  const step = readStep(inside, encoder, { x, dy, out: dx }, buffers, layout as Layout);
  if (step.m === 0) {
    for (const buffer of [step.named.weightGrad, step.named.biasGrad]) {
      if (buffer) encoder.clearBuffer(buffer);
    }
    return;
  }
  record(encoder, inside, keyOf("backward", layout as Layout, step), {
    ...noNumbers,
    flags: fixed ? paramFlags.fixedStatistics : 0,
  }, () => {});
}

function keyOf(operation: Operation, layout: Layout, { x, dy, out, named }: CheckedStep): StepKey {
  return { operation, layout, tensors: dy ? { x, dy, out } : { x, out }, named };
}

/** What a device wants of the buffers of a step, and of an encoder. */
const acceptedBuffers = "buffers that its device accepts";
const openEncoder = "an encoder that is neither finished nor inside a pass";

/** Records a step, prepared now or before. What the device has against it shows only later. */
function record(
  encoder: GPUCommandEncoder,
  workspace: NormWorkspace,
  key: StepKey,
  numbers: StepNumbers,
  onRefused: () => void,
): void {
  const { uniforms, label } = workspace;
  const known = workspace.steps.find((step) => isStep(step, key));
  if (known?.fault) throw new TypeError(expects(label, acceptedBuffers, known.fault));
  uniforms.beginStep(known?.geometries.length ?? 1);
  const step = known?.uniformBuffer === uniforms.buffer
    ? known
    : prepare(workspace, key, onRefused);
  step.slots = step.geometries.map((geometry, slab) =>
    uniforms.slot(step.slots[slab], packParams({ ...geometry, ...numbers }))
  );
  inScope(workspace, openEncoder, show(encoder), () => {
    const pass = encoder.beginComputePass({ label: `${label} ${key.operation}` });
    for (const { pipeline, groups: [state, tensors], slab, x, y } of step.dispatches) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, state, [step.slots[slab].offset]);
      if (tensors) pass.setBindGroup(1, tensors);
      pass.dispatchWorkgroups(x, y);
    }
    pass.end();
  }, (error) => {
    if (step.fault) return;
    workspace.notice(openEncoder, error);
    onRefused();
  });
}

/** Runs `act` in an error scope. What is thrown here is thrown in our words. */
function inScope<T>(
  { device, label }: NormWorkspace,
  wanted: string,
  got: string,
  act: () => T,
  onError: (message: string) => void,
): T {
  try {
    const [result, error] = inScopes(device, ["validation"], act);
    error.then((message) => message !== null && onError(message));
    return result;
  } catch (cause) {
    throw new TypeError(`${expects(label, wanted, got)} (${cause})`, { cause });
  }
}

/** Plans and binds a step, and remembers it in place of the oldest. */
function prepare(
  workspace: NormWorkspace,
  key: StepKey,
  onRefused: () => void,
): PreparedStep {
  const { device, steps, uniforms } = workspace;
  const { shape, dtype = "float32" } = key.tensors.x!;
  const view = channelView(shape, key.layout);
  const limit = device.limits.maxStorageBufferBindingSize;
  const plan = planOperation(key.operation, view, dtype, workspace.tuning, limit);
  uniforms.beginStep(plan.slabs.length);
  // A buffer of another device shows here and nowhere else, and only later.
  const step = inScope(
    workspace,
    acceptedBuffers,
    "others",
    () => prepareStep(workspace, key, plan),
    (error) => {
      step.fault = error;
      workspace.notice(acceptedBuffers, error);
      onRefused();
    },
  );
  const stale = steps.findIndex((other) => isStep(other, key));
  if (stale >= 0) steps.splice(stale, 1);
  else if (steps.length >= rememberedSteps) steps.shift();
  steps.push(step);
  return step;
}

/** The kernels that training and inference on a view will need. */
export function preparedVariants(
  { device, tuning }: NormWorkspace,
  view: ChannelView,
  storage: StorageType,
): Variant[] {
  const limit = device.limits.maxStorageBufferBindingSize;
  const operations: Operation[] = ["forward", "backward", "inference"];
  return operations.flatMap((operation) => {
    const { width, dispatches } = planOperation(operation, view, storage, tuning, limit);
    return dispatches.map(({ kernel }) => ({ kernel, storage, width, tuning }));
  });
}
