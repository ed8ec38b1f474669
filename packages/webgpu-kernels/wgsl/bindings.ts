/** What a kernel binds, as its WGSL declares it. */

import type { StepTensors } from "../tensors/check_tensors.ts";
import type { NormBuffers } from "../tensors/norm_buffers.ts";

/** Tensors that a kernel may bind in group 1. Its output is `y` or `dx` in WGSL. */
export type TensorName = keyof StepTensors;

/** Buffers of a layer that a kernel may bind in group 0, after the uniform at binding 0. */
export type StateName = keyof NormBuffers | "partials" | "skippedUpdates";

/** One storage binding. */
export interface Binding<Name extends string = string> {
  readonly name: Name;
  readonly binding: number;
  readonly type: "read-only-storage" | "storage";
}

/** The bindings of some WGSL: buffers of the layer in group 0, tensors in group 1. */
export interface Bindings {
  readonly state: readonly Binding<StateName>[];
  readonly tensors: readonly Binding<TensorName>[];
}

/** Reads the storage bindings out of a kernel. */
export function bindingsOf(wgsl: string): Bindings {
  const [state, tensors] = [0, 1].map((group) => {
    const declared = RegExp(`@group.${group}. @binding.(\\d). var<storage, (\\w+)> (\\w+)`, "g");
    return [...wgsl.matchAll(declared)].map(([, binding, access, name]): Binding => ({
      name: name === "y" || name === "dx"
        ? "out"
        : name.replace(/_(.)/g, (_, letter) => letter.toUpperCase()),
      binding: Number(binding),
      type: access === "read" ? "read-only-storage" : "storage",
    }));
  });
  return { state, tensors } as Bindings;
}
