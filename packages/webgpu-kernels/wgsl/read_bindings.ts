/** What a kernel binds, as its WGSL declares it. */
import type { StepTensors } from "../tensors/check_tensors.ts";
import type { NormBuffers } from "../tensors/norm_buffers.ts";

/** The uniform, a tensor of the step, a buffer of the layer, or one of its workspace. */
export type BindingName =
  | "params"
  | keyof StepTensors
  | keyof NormBuffers
  | "partials"
  | "skippedUpdates";

/** One binding. */
export interface Binding {
  readonly name: BindingName;
  readonly binding: number;
  readonly type: "uniform" | "read-only-storage" | "storage";
}

const types = { uniform: "uniform", read: "read-only-storage", read_write: "storage" } as const;

/** The bindings of a kernel in groups: the uniform and buffers in 0, and in 1 tensors, if any. */
export function bindingsOf(wgsl: string): readonly (readonly Binding[])[] {
  const declared = /@group.(\d). @binding.(\d). var<(?:storage, )?(\w+)> (\w+)/g;
  const groups: Binding[][] = [];
  for (const [, group, binding, access, name] of wgsl.matchAll(declared)) {
    (groups[Number(group)] ??= []).push({
      name: (name === "y" || name === "dx"
        ? "out"
        : name.replace(/_(.)/g, (_, letter) =>
          letter.toUpperCase())) as BindingName,
      binding: Number(binding),
      type: types[access as keyof typeof types],
    });
  }
  return groups;
}
