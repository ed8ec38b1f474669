/** The names under which sb3-contrib's CrossQ keeps its batch renorms, as PyTorch's. */
import { stepAfter } from "@renorm/schedule";
import type { RenormEntry } from "./renorm_metadata.ts";

const pytorchNames: Readonly<Record<string, string>> = {
  scale: "weight",
  ra_mean: "running_mean",
  ra_var: "running_var",
  steps: "num_batches_tracked",
};

/** Why such a module can be no batch norm. */
export const alwaysRenorm =
  "its ra_mean and ra_var say sb3-contrib's batch renorm, whatever else the file says";

/** Whether the names of a module's tensors are sb3-contrib's. */
export function isSb3Contrib(tensors: object): boolean {
  return "ra_mean" in tensors || "ra_var" in tensors;
}

/** The tensors of such a module under PyTorch's names. */
export function inPytorchNames<T>(tensors: Readonly<Record<string, T>>): Record<string, T> {
  const renamed = Object.entries(tensors).map(([name, tensor]) => [
    Object.hasOwn(pytorchNames, name) ? pytorchNames[name] : name,
    tensor,
  ]);
  return Object.assign(Object.create(null), Object.fromEntries(renamed));
}

/** The options of such a module: what its class has by default, since the file says none. */
export const sb3ContribOptions = {
  // It opens where the forwards before are more than 100 000.
  limits: { schedule: stepAfter(100_001) },
  eps: 1e-3,
  momentum: 0.01,
} as const satisfies Omit<RenormEntry, "renormStep">;
