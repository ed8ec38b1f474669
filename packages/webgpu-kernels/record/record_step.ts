/** Records a step: planned and bound once, its numbers in uniforms, its dispatches in a pass. */
import { type ChannelView, channelView } from "@renorm/core-math";
import { expects, show } from "@renorm/core-math/checks";
import { type Operation, type Plan, planOperation } from "../plan/plan.ts";
import type { Slab } from "../plan/slabs.ts";
import { inScopes } from "../tensors/device_faults.ts";
import {
  bindingAlignment,
  bytesPerValue,
  type GpuTensor,
  type StorageType,
} from "../tensors/gpu_tensor.ts";
import type { BindingName } from "../wgsl/read_bindings.ts";
import { packParams, paramsSize, type StepNumbers } from "../wgsl/params.ts";
import { pipelineFor, type Variant } from "./pipelines.ts";
import { type BoundDispatch, isStep, type PreparedStep, type StepKey } from "./prepared_step.ts";
import type { NormWorkspace } from "./workspace.ts";

/** How many different steps a workspace remembers, so that alternating buffers stay cheap. */
const rememberedSteps = 16;

/** Workgroups a dimension of a dispatch, on every device. */
const mostWorkgroups = 65_535;

/** What a device wants of the buffers of a step, and of an encoder. */
const acceptedBuffers = "buffers that its device accepts";
const openEncoder = "an encoder that is neither finished nor inside a pass";

/**
 * Records a step, prepared now or before.
 *
 * @param onRefused Called later, where the device refuses what was recorded.
 */
export function recordStep(
  encoder: GPUCommandEncoder,
  workspace: NormWorkspace,
  key: StepKey,
  numbers: StepNumbers,
  onRefused: () => void = () => {},
): void {
  const { uniforms, label } = workspace;
  const known = workspace.steps.find((step) => isStep(step, key));
  if (known?.fault) throw new TypeError(expects(label, acceptedBuffers, known.fault));
  uniforms.beginStep(known?.geometries.length ?? 1);
  const step = known?.uniformBuffer === uniforms.buffer
    ? known
    : prepareStep(workspace, key, onRefused);
  step.slots = step.geometries.map((geometry, slab) =>
    uniforms.slot(step.slots[slab], packParams(geometry, numbers))
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

/** Plans and binds a step, and remembers it in place of the oldest. */
function prepareStep(
  workspace: NormWorkspace,
  key: StepKey,
  onRefused: () => void,
): PreparedStep {
  const { steps, uniforms } = workspace;
  const { shape, dtype = "float32" } = key.tensors.x;
  const plan = planFor(workspace, key.operation, channelView(shape, key.layout), dtype);
  uniforms.beginStep(plan.slabs.length);
  const { geometries } = plan;
  const uniformBuffer = uniforms.buffer;
  // A buffer of another device shows here and nowhere else, and only later.
  const dispatches = inScope(
    workspace,
    acceptedBuffers,
    "others",
    () => bindDispatches(workspace, key, plan, dtype),
    (error) => {
      step.fault = error;
      workspace.notice(acceptedBuffers, error);
      onRefused();
    },
  );
  const step: PreparedStep = {
    ...key,
    geometries,
    dispatches,
    uniformBuffer,
    slots: [],
    fault: null,
  };
  const stale = steps.findIndex((other) => isStep(other, key));
  if (stale >= 0) steps.splice(stale, 1);
  else if (steps.length >= rememberedSteps) steps.shift();
  steps.push(step);
  return step;
}

/** Makes the bind groups of a plan. */
function bindDispatches(
  workspace: NormWorkspace,
  key: StepKey,
  plan: Plan,
  storage: StorageType,
): BoundDispatch[] {
  const { device, label, tuning, uniforms } = workspace;
  return plan.dispatches.map(({ kernel, slab, workgroups }) => {
    const variant = { kernel, storage, width: plan.width, tuning };
    const { pipeline, groups } = pipelineFor(device, variant);
    const resourceOf = (name: BindingName): GPUBufferBinding => {
      if (name === "params") return { buffer: uniforms.buffer, size: paramsSize };
      if (name === "x" || name === "dy" || name === "out") {
        return slabBinding(key.tensors[name]!, plan.slabs[slab], bytesPerValue(storage));
      }
      return { buffer: workspace.stateBuffer(name, key.buffers, plan.partials) };
    };
    const bound = groups.map(({ layout, bindings }) =>
      device.createBindGroup({
        label: `${label} ${kernel}`,
        layout,
        entries: bindings.map(({ name, binding }) => ({ binding, resource: resourceOf(name) })),
      })
    );
    const y = Math.ceil(workgroups / mostWorkgroups);
    return { pipeline, groups: bound, slab, x: Math.ceil(workgroups / y), y };
  });
}

/** The part of a tensor's buffer that holds a slab, from the aligned place before its start. */
function slabBinding(
  { buffer, offset: tensorOffset = 0 }: GpuTensor,
  slab: Slab,
  bytes: number,
): GPUBufferBinding {
  const start = tensorOffset + slab.start * bytes;
  const offset = Math.floor(start / bindingAlignment) * bindingAlignment;
  const end = start + slab.outer * slab.channels * slab.inner * bytes;
  return { buffer, offset, size: Math.ceil((end - offset) / 4) * 4 };
}

/** The kernels that training and inference on a view will need. */
export function preparedVariants(
  workspace: NormWorkspace,
  view: ChannelView,
  storage: StorageType,
): Variant[] {
  const { tuning } = workspace;
  return (["forward", "backward", "inference"] as const).flatMap((operation) => {
    const { width, dispatches } = planFor(workspace, operation, view, storage);
    return dispatches.map(({ kernel }) => ({ kernel, storage, width, tuning }));
  });
}

function planFor(
  { device, tuning }: NormWorkspace,
  operation: Operation,
  view: ChannelView,
  storage: StorageType,
): Plan {
  return planOperation(operation, view, storage, tuning, device.limits.maxStorageBufferBindingSize);
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
