/** A step that was planned and bound once, ready to be recorded again without any new object. */
import type { Layout } from "@renorm/core-math";
import type { GpuTensor } from "../tensors/gpu_tensor.ts";
import { bytesPerValue } from "../tensors/gpu_tensor.ts";
import type { TensorName } from "../wgsl/bindings.ts";
import { bufferNames, type NormBuffers, type NormWorkspace } from "./workspace.ts";
import { pipelineFor } from "./pipelines.ts";
import { bindingAlignment, type Geometry, type Operation, type Plan } from "../plan/plan.ts";
import { paramsSize } from "./params.ts";
import type { Slab } from "../plan/slabs.ts";
import type { UniformSlot } from "./uniform_slots.ts";

/** The tensors of an operation by the names that kernels use. */
export type StepTensors = Partial<Record<TensorName, GpuTensor>>;

/** What tells one step from another. */
export interface StepKey {
  readonly operation: Operation;
  readonly layout: Layout;
  readonly tensors: StepTensors;
  readonly named: NormBuffers;
}

/** One dispatch, ready to be recorded. */
interface BoundDispatch {
  readonly pipeline: GPUComputePipeline;
  /** Of the state and, where it binds any, of the tensors. */
  readonly groups: readonly GPUBindGroup[];
  readonly slab: number;
  readonly x: number;
  readonly y: number;
}

/** A step with its bind groups. */
export interface PreparedStep extends StepKey {
  readonly geometries: readonly Geometry[];
  readonly dispatches: readonly BoundDispatch[];
  /** The uniform buffer that the bind groups hold; the next one needs new ones. */
  readonly uniformBuffer: GPUBuffer;
  /** The slots of the latest recording, one a slab; none before the first. */
  slots: readonly UniformSlot[];
  /** What the device said against its buffers, if anything. */
  fault: string | null;
}

const tensorNames = ["x", "dy", "out"] as const;

/** Workgroups a dimension of a dispatch, on every device. */
const mostWorkgroups = 65_535;

/** Binds the dispatches of a plan. */
export function prepareStep(workspace: NormWorkspace, key: StepKey, plan: Plan): PreparedStep {
  const { device, label, uniforms } = workspace;
  const storage = key.tensors.x?.dtype ?? "float32";
  const uniformBuffer = uniforms.buffer;
  const dispatches = plan.dispatches.map(({ kernel, slab, workgroups }): BoundDispatch => {
    const variant = { kernel, storage, width: plan.width, tuning: workspace.tuning };
    const { pipeline, layouts, state, tensors } = pipelineFor(device, variant);
    const entries: GPUBindGroupEntry[][] = [
      [
        { binding: 0, resource: { buffer: uniformBuffer, size: paramsSize } },
        ...state.map(({ name, binding }) => ({
          binding,
          resource: { buffer: workspace.stateBuffer(name, key.named, plan.partials) },
        })),
      ],
      tensors.map(({ name, binding }) => ({
        binding,
        resource: slabBinding(key.tensors[name]!, plan.slabs[slab]),
      })),
    ];
    const groups = layouts.map((layout, i) =>
      device.createBindGroup({ label: `${label} ${kernel}`, layout, entries: entries[i] })
    );
    const y = Math.ceil(workgroups / mostWorkgroups);
    const x = Math.ceil(workgroups / y);
    return { pipeline, groups, slab, x, y };
  });
  return { ...key, geometries: plan.geometries, dispatches, uniformBuffer, slots: [], fault: null };
}

/** The part of a tensor's buffer that holds a slab, from the aligned place before its start. */
function slabBinding(tensor: GpuTensor, slab: Slab): GPUBufferBinding {
  const bytes = bytesPerValue(tensor.dtype ?? "float32");
  const start = (tensor.offset ?? 0) + slab.start * bytes;
  const offset = Math.floor(start / bindingAlignment) * bindingAlignment;
  const end = start + slab.outer * slab.channels * slab.inner * bytes;
  return { buffer: tensor.buffer, offset, size: Math.ceil((end - offset) / 4) * 4 };
}

/** Whether a prepared step is the one that `key` asks for. */
export function isStep(step: PreparedStep, key: StepKey): boolean {
  return step.operation === key.operation && step.layout === key.layout &&
    tensorNames.every((name) => sameTensor(step.tensors[name], key.tensors[name])) &&
    bufferNames.every((name) => step.named[name] === key.named[name]);
}

function sameTensor(a: GpuTensor | undefined, b: GpuTensor | undefined): boolean {
  return a === b || a?.buffer === b?.buffer && a?.offset === b?.offset && a?.dtype === b?.dtype &&
      `${a?.shape}` === `${b?.shape}`;
}
