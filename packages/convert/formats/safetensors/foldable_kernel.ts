import { show } from "@renorm/core-math/checks";
import { isWritable } from "../../files/dtypes.ts";
import type { TensorInfo } from "./header.ts";
import type { ModuleNode } from "./state_dict_tree.ts";

/** A layer that can take a batch norm, and where in its kernel the channels of its output lie. */
export interface FoldableKernel {
  readonly weight: TensorInfo;
  /** Null where the layer has none yet. */
  readonly bias: TensorInfo | null;
  /** Neighbouring values that belong to one channel: a run. */
  readonly runLength: number;
  /** The channel of a run, by its index. */
  channelOf(run: number): number;
  /** What the shape does not tell and was assumed. */
  readonly assumed: string | null;
}

/**
 * Where the channels lie: on axis 0 as PyTorch's Linear and convolutions of any dimensions and
 * groups keep their outputs, on axis 1 of a transposed convolution, `[in, out / groups, ...]`.
 *
 * @returns The kernel; or why `layer` is none that can take a norm of `channels`.
 */
export function foldableKernel(
  layer: ModuleNode,
  channels: number,
  isTransposed: boolean,
): FoldableKernel | string {
  const { path } = layer;
  const { weight, bias = null, ...others } = layer.tensors;
  if (!weight) return withoutWeight(layer);
  const stray = Object.keys(others)[0] ?? [...layer.children.keys()][0];
  if (stray !== undefined) {
    return `${path} holds ${show(stray)} too: it is no plain convolution or linear layer`;
  }
  for (const tensor of bias ? [weight, bias] : [weight]) {
    if (!isWritable(tensor.dtype)) return `${path} has ${tensor.dtype}, which is not folded`;
  }
  const { shape } = weight;
  const shown = `${path}.weight of ${show([...shape])}`;
  if (shape.length < 2 || shape.length > 5) {
    return `${shown} is no weight of a convolution or linear layer`;
  }
  if (bias && (bias.shape.length !== 1 || bias.shape[0] !== channels)) {
    return `${path}.bias of ${show([...bias.shape])} has not its ${channels} channels`;
  }
  const groups = transposedGroups(shape, channels);
  if (isTransposed) {
    if (groups === null) return `${shown} has not its ${channels} channels on axis 1`;
    const runLength = product(shape.slice(2));
    const [inputs, outputs] = shape;
    const perGroup = inputs / groups;
    const channelOf = (run: number) =>
      Math.floor(run / outputs / perGroup) * outputs + run % outputs;
    const assumed = groups > 1 ? `axis 1 of ${groups} groups is its outputs` : null;
    return { weight, bias, runLength, channelOf, assumed };
  }
  if (shape[0] !== channels) {
    const hint = groups === null
      ? ""
      : shape.length > 2
      ? ", but on axis 1: is it transposed?"
      : ", but on axis 1, as an Embedding or a layer after the norm has";
    return `${shown} has not its ${channels} channels on axis 0${hint}`;
  }
  // Groups of a transposed convolution are rare: they are thought of where its name suggests one.
  const mayBeAcross = groups === 1 || groups !== null && soundsTransposed(path);
  const fitsBoth = shape.length > 2 && shape[1] > 1 && mayBeAcross;
  const assumed = fitsBoth ? `axis 0 of ${show([...shape])} taken for its outputs` : null;
  return { weight, bias, runLength: product(shape.slice(1)), channelOf: (run) => run, assumed };
}

/** What is said of a layer whose weight is no tensor of the file. */
function withoutWeight({ path, tensors, children }: ModuleNode): string {
  const isComputed = Object.keys(tensors).some((name) => /^weight_(g|v|u|orig)$/.test(name)) ||
    children.has("parametrizations");
  return isComputed
    ? `${path} computes its weight from others: torch.nn.utils.remove_weight_norm or ` +
      "parametrize.remove_parametrizations stores it"
    : `${path} has no weight`;
}

/** Whether a path is called as transposed convolutions often are. */
export function soundsTransposed(path: string): boolean {
  return /up|deconv|transp/i.test(path);
}

/** The groups of a transposed convolution with these channels; null when it cannot have them. */
function transposedGroups([inputs, outputs]: readonly number[], channels: number): number | null {
  const groups = channels / outputs;
  return Number.isInteger(groups) && groups > 0 && inputs % groups === 0 ? groups : null;
}

function product(lengths: readonly number[]): number {
  return lengths.reduce((product, n) => product * n, 1);
}
