/**
 * Folds the batch norms of a live model: into a new one, built from its JSON, with fewer layers.
 */
import {
  type Folding,
  foldLayersModel,
  type JsonObject,
  type LayersModelFiles,
} from "@renorm/convert";
import { compileAfresh, type CopiedLayer, copyWeights, nameOf } from "./copy_model.ts";
import { checkModel, isNormLayer, type LiveLayer } from "./find_norm_layers.ts";
import {
  forEachNode,
  markNames,
  type ModelNode,
  pairNodes,
  unmarked,
  unmarkNames,
} from "./model_nodes.ts";
import type { LayersModel, TensorFlow } from "./tensor_flow.ts";

/** A folded model: a new one, with what was folded and what was left; prints as a table. */
export interface ModelFolding extends Folding {
  /**
   * The new model, for inference. If the old one was compiled so is it, with an optimizer that
   * starts afresh: its weights are others. The old one lives on until it is disposed.
   */
  readonly model: LayersModel;
}

/** Folds every batch norm and batch renorm into the convolution or dense layer before it. */
export async function foldModel(tf: TensorFlow, model: LayersModel): Promise<ModelFolding> {
  checkModel("foldBatchNorm", model);
  const topology = model.toJSON(null, false) as unknown as JsonObject;
  markNames(topology);
  const nodes = pairNodes(topology, model as unknown as CopiedLayer);
  const restoreAxes = countAxesFromEnd(nodes);
  const { json, shards, ...folding } = foldLayersModel(await writeFiles(topology, nodes));

  const folded = json.modelTopology as JsonObject;
  const values = readValues(json, shards);
  restoreAxes(folded);
  const plain = structuredClone(folded);
  unmarkNames(plain);
  const made = await tf.models.modelFromJSON(
    plain as Parameters<typeof tf.models.modelFromJSON>[0],
  );
  const originals = new Map(nodes.map(({ name, layer }) => [name, layer]));
  made.trainable = model.trainable;
  for (const { name, layer } of pairNodes(folded, made as unknown as CopiedLayer)) {
    const original = originals.get(name)!;
    layer.trainable = original.trainable;
    if (!layer.layers) {
      copyWeights(tf, original, layer, (weight) => values.get(`${name}/${weight}`));
    }
  }
  const metadata = model.getUserDefinedMetadata();
  if (metadata) made.setUserDefinedMetadata(metadata);
  if (model.optimizer) compileAfresh(model, made);
  const table = folding.toString();
  return {
    ...folding,
    model: made,
    folded: folding.folded.map((layer) => ({
      ...layer,
      path: unmarked(layer.path),
      into: unmarked(layer.into),
      notes: layer.notes.map(unmarked),
    })),
    skipped: folding.skipped.map(({ path, reason }) => ({
      path: unmarked(path),
      reason: unmarked(reason),
    })),
    toString: () => unmarked(table),
  };
}

/** The model as files, its weights under `layer/weight`. */
async function writeFiles(
  modelTopology: JsonObject,
  nodes: readonly ModelNode[],
): Promise<LayersModelFiles> {
  const weights: JsonObject[] = [];
  const parts: Float32Array[] = [];
  for (const { name, layer } of nodes.filter(({ layer }) => !layer.layers)) {
    for (const weight of layer.weights) {
      const own = nameOf(weight);
      const tensor = weight.read();
      // Layers with two of a name, such as bidirectional ones, take no norm.
      const isOne = layer.weights.filter((other) => nameOf(other) === own).length === 1;
      if (!isOne || tensor.dtype !== "float32") continue;
      weights.push({ name: `${name}/${own}`, shape: tensor.shape, dtype: tensor.dtype });
      parts.push(await tensor.data() as Float32Array);
    }
  }
  const bytes = new Uint8Array(await new Blob(parts as BlobPart[]).arrayBuffer());
  const weightsManifest = [{ paths: ["weights.bin"], weights }];
  const json = { format: "layers-model", modelTopology, weightsManifest };
  return { json, shards: new Map([["weights.bin", bytes]]) };
}

/** The weights of such files. */
function readValues(
  json: JsonObject,
  shards: ReadonlyMap<string, Uint8Array>,
): Map<string, Float32Array> {
  const values = new Map<string, Float32Array>();
  const [{ weights }] = json.weightsManifest as [{ weights: { name: string; shape: number[] }[] }];
  let offset = 0;
  for (const { name, shape } of weights) {
    const end = offset + 4 * shape.reduce((size, length) => size * length, 1);
    values.set(name, new Float32Array(shards.get("weights.bin")!.slice(offset, end).buffer));
    offset = end;
  }
  return values;
}

/**
 * Writes the axes of norms as −1 and the like, which say the channels without the rank; gives a
 * function that writes those that stayed as they were.
 */
function countAxesFromEnd(nodes: readonly ModelNode[]): (model: JsonObject) => void {
  const axes = new Map<string, unknown>();
  for (const { name, node, layer } of nodes) {
    const { inputSpec } = layer as unknown as { inputSpec: { ndim: number }[] | null };
    const config = node.config as JsonObject;
    if (!isNormLayer(layer as unknown as LiveLayer) || !inputSpec) continue;
    axes.set(name, config.axis);
    const [axis] = [config.axis].flat() as number[];
    if (axis >= 0) config.axis = axis - inputSpec[0].ndim;
  }
  const restore = (model: JsonObject): void =>
    forEachNode(model, (name, config) => {
      if (axes.has(name)) config.axis = axes.get(name);
    });
  return restore;
}
