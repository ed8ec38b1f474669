import { show } from "@renorm/core-math/checks";
import type { Child, ModelAdapter } from "../model_adapter.ts";
import { fieldIn, fieldOf } from "./field_names.ts";
import { classNameOf } from "./record_layers.ts";
import { isActivation } from "./stands_between.ts";

/** A layer of a tree of objects that can take a batch norm. */
export interface FoldableObject {
  readonly kernel: Float32Array;
  readonly bias: Float32Array | null;
  /** The channel of a kernel's value, by its index. */
  channelOf(index: number): number;
  /** Writes a bias into the one that is there, or as a new one. */
  setBias(values: Float32Array): void;
}

/** Classes that are folded into, by where they keep a kernel: PyTorch's and Keras'. */
const withWeight = /^(Linear|Conv[123]d)$/;
const withKernel = /^(Linear|Dense|Conv[123]d|Conv[123]D)$/;
const outputCounts = [
  "outFeatures",
  "out_features",
  "outChannels",
  "out_channels",
  "units",
  "filters",
];

/** A layer as one that can take a norm of `channels`; or why it is none. */
export function foldableObject(
  model: object,
  { name, node }: Child<object>,
  channels: number,
  adapter: ModelAdapter<object>,
): FoldableObject | string {
  const className = classNameOf(node) ?? "object";
  const kernelName = Object.hasOwn(node, "kernel") ? "kernel" : "weight";
  if (!(kernelName === "kernel" ? withKernel : withWeight).test(className)) {
    return `${name} before it is no Linear, Dense or convolution: ${className}`;
  }
  const fields = node as Record<string, unknown>;
  const activation = activationOf(node);
  if (activation !== null) return `${name} before it has an activation: ${activation}`;
  if (fields.transposed) return `${name} before it is transposed`;
  const kernel = fields[kernelName];
  if (!(kernel instanceof Float32Array) || kernel.length % channels !== 0) {
    return `${name} before it has no Float32Array kernel for ${channels} channels`;
  }
  const count = outputCounts.find((field) => typeof fields[field] === "number");
  if (count && fields[count] !== channels) {
    return `${name} before it has ${fields[count]} outputs and no ${channels}`;
  }
  const bias = fieldOf(node, "bias") || null;
  if (bias !== null && !(bias instanceof Float32Array && bias.length === channels)) {
    return `${name} before it has no Float32Array bias of ${channels} values`;
  }
  const arrays = bias ? [kernel, bias] : [kernel];
  const uses = usesOf(model, node, arrays, adapter);
  if (uses.layer > 1) return `${name} before it is used more than once`;
  if (uses.arrays > arrays.length) return `another layer shares the values of ${name} before it`;
  const inner = kernel.length / channels;
  return {
    kernel,
    bias,
    channelOf: kernelName === "kernel" ? (i) => i % channels : (i) => Math.floor(i / inner),
    setBias(values) {
      if (bias) bias.set(values);
      else fields[fieldIn(node, "bias") ?? "bias"] = values;
    },
  };
}

/** The activation that a layer's fields, or those of its config, name; null for none. */
function activationOf(node: object): string | null {
  const { config } = node as { config?: unknown };
  const all = [node, ...typeof config === "object" && config !== null ? [config] : []];
  for (const [field, value] of all.flatMap((one) => Object.entries(one))) {
    if (!isActivation(field) || [undefined, null, false].includes(value as null)) continue;
    if (typeof value === "string" && /^(linear|identity)?$/i.test(value)) continue;
    return typeof value === "function" ? value.name || "a function" : show(value);
  }
  return null;
}

/** The places of a model at which a layer stands, and those of arrays that overlap with its own. */
function usesOf(
  model: object,
  layer: object,
  arrays: readonly Float32Array[],
  adapter: ModelAdapter<object>,
): { layer: number; arrays: number } {
  const seen = new Set<object>();
  const pending = [model];
  const uses = { layer: 0, arrays: 0 };
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    for (const { node } of adapter.children(next)) {
      if (node === layer) uses.layer++;
      if (arrays.some((array) => overlap(array, node))) uses.arrays++;
      pending.push(node);
    }
  }
  return uses;
}

function overlap(array: Float32Array, other: object): boolean {
  if (!ArrayBuffer.isView(other) || other.buffer !== array.buffer) return false;
  return other.byteOffset < array.byteOffset + array.byteLength &&
    array.byteOffset < other.byteOffset + other.byteLength;
}
