/** A step that was planned and bound once, ready to be recorded again without any new object. */
import type { Layout } from "@renorm/core-math";
import type { Operation } from "../plan/plan.ts";
import type { CheckedStep } from "../tensors/check_tensors.ts";
import type { GpuTensor } from "../tensors/gpu_tensor.ts";
import { bufferNames } from "../tensors/norm_buffers.ts";
import type { Geometry } from "../wgsl/params.ts";
import type { UniformSlot } from "./uniform_slots.ts";

/** What tells one step from another. */
export interface StepKey extends CheckedStep {
  readonly operation: Operation;
  readonly layout: Layout;
}

/** One dispatch, ready to be recorded. */
export interface BoundDispatch {
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

/** Whether a prepared step is the one that `key` asks for. */
export function isStep(step: PreparedStep, key: StepKey): boolean {
  return step.operation === key.operation && step.layout === key.layout &&
    sameTensor(step.tensors.x, key.tensors.x) && sameTensor(step.tensors.dy, key.tensors.dy) &&
    sameTensor(step.tensors.out, key.tensors.out) &&
    bufferNames.every((name) => step.buffers[name] === key.buffers[name]);
}

function sameTensor(a: GpuTensor | undefined, b: GpuTensor | undefined): boolean {
  return a === b || a?.buffer === b?.buffer && a?.offset === b?.offset && a?.dtype === b?.dtype &&
      `${a?.shape}` === `${b?.shape}`;
}
