/** The mask of a layer's input, as Keras passes it on, over the positions of a tensor. */
import { expects, show } from "@renorm/core-math/checks";
import type { StockLayer } from "./layer_interface.ts";
import type { Tensor, TensorFlow } from "./tensor_flow.ts";

/** Which positions count in the statistics and have gradients. */
export interface PositionMask {
  /** Of the shape of x, boolean. */
  readonly counts: Tensor;
  /** Values per channel that count, a scalar, 1 where there are none. */
  readonly m: Tensor;
  /** 1 where at least two do, else 0, a scalar: fewer are no batch. */
  readonly isBatch: Tensor;
}

/**
 * Spreads a mask over x: it has the leading axes of x, as `[n, time]` beside `[n, time, channels]`.
 *
 * @throws {TypeError} For a mask of other lengths, or one that would mask channels.
 */
export function positionMask(
  tf: TensorFlow,
  owner: string,
  mask: Tensor,
  x: Tensor,
  axis: number,
): PositionMask {
  if (!(mask instanceof tf.Tensor)) {
    throw new TypeError(expects(owner, "a mask that is a tensor", show(mask)));
  }
  // TensorFlow.js' add and its kind put an axis before the mask that they pass on.
  let { shape } = mask;
  while (shape.length > axis && shape[0] === 1) shape = shape.slice(1);
  if (shape.length > axis || `${shape}` !== `${x.shape.slice(0, shape.length)}`) {
    const wanted = `a mask of shape ${show(x.shape.slice(0, axis))}, the axes before the channels`;
    throw new TypeError(expects(owner, wanted, `shape ${show(mask.shape)}`));
  }
  const flags = tf.cast(tf.cast(mask, "bool"), "float32");
  const spread = tf.reshape(flags, [...shape, ...x.shape.slice(shape.length).fill(1)]);
  const perFlag = x.size / x.shape[axis] / mask.size;
  const m = tf.mul(tf.sum(flags), perFlag);
  return {
    counts: tf.cast(tf.broadcastTo(spread, x.shape), "bool"),
    m: tf.maximum(m, 1),
    isBatch: tf.cast(tf.greater(m, 1.5), "float32"),
  };
}

/** The values where they count, and 0 elsewhere. */
export function whereCounting(
  tf: TensorFlow,
  { counts }: Pick<PositionMask, "counts">,
  values: Tensor,
): Tensor {
  return tf.where(counts, values, tf.zerosLike(values));
}

/** What of TensorFlow.js' layers the way of a mask goes by. */
interface GraphLayer {
  readonly supportsMasking?: boolean;
  readonly returnSequences?: boolean;
  readonly inboundNodes: readonly {
    readonly inboundLayers: readonly GraphLayer[];
    readonly nodeIndices: readonly number[];
  }[];
  computeMask(inputs: unknown, mask?: unknown): unknown;
}

/**
 * The mask that came with an input; null where there is none.
 *
 * TensorFlow.js runs a model with one object of arguments for all layers and takes no mask out of
 * it again: behind a layer that passes none on (a convolution behind `Embedding`) an old one is
 * still there. What it calls with lists goes by the graph: there a mask is taken where one comes.
 */
export function givenMask(
  layer: StockLayer,
  inputs: Tensor | Tensor[],
  { mask }: { readonly mask?: unknown },
): Tensor | null {
  const given = (Array.isArray(mask) ? mask[0] : mask) as Tensor | null | undefined;
  if (!given) return null;
  const inGraph = layer as unknown as GraphLayer;
  const { inboundNodes, computeMask } = inGraph;
  const isFromGraph = Array.isArray(inputs) && inboundNodes.length > 0;
  // Batch norm has TensorFlow.js' own computeMask, which passes on what came.
  const comes = inboundNodes.some((_, node) => comesMasked(inGraph, node, computeMask));
  return isFromGraph && !comes ? null : given;
}

/** Whether one of the inputs of a layer, at a node of it, has a mask. */
function comesMasked(
  layer: GraphLayer,
  node: number,
  passOn: GraphLayer["computeMask"],
): boolean {
  const { inboundLayers, nodeIndices } = layer.inboundNodes[node];
  return inboundLayers.some((source, i) => givesMask(source, nodeIndices[i], passOn));
}

/** Whether the output of a layer has one: made by it, or passed on. */
function givesMask(
  layer: GraphLayer,
  node: number,
  passOn: GraphLayer["computeMask"],
): boolean {
  if (!layer.supportsMasking || layer.returnSequences === false) return false;
  const isMaker = layer.computeMask !== passOn && layer.returnSequences === undefined &&
    layer.inboundNodes[node].inboundLayers.length === 1;
  return isMaker || comesMasked(layer, node, passOn);
}
