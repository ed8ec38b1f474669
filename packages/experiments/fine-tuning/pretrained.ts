/** The pre-trained network: MobileNetV2 as npm `nsfwjs` ships it, cut where it is thawed. */
import * as tf from "@tensorflow/tfjs";
import { MobileNetV2Model } from "nsfwjs/models/mobilenet_v2";

/** A pre-trained network in two parts. */
export interface Pretrained {
  /** From images to features. */
  readonly frozen: tf.LayersModel;
  /** From features to scores before softmax, by a new head; all of it is trainable. */
  readonly thawed: tf.LayersModel;
}

/** What is changed of the topology. */
interface Topology {
  readonly model_config: {
    readonly config: {
      readonly layers: { readonly name: string; readonly config: Record<string, unknown> }[];
      output_layers: unknown[];
    };
  };
}

/**
 * Loads the convolutions of MobileNetV2 for images of a size and cuts behind a layer.
 *
 * @param lastFrozen a layer through which all paths go, as the addition at the end of a block
 * @param classes that the new head tells apart
 */
export async function loadPretrained(
  size: number,
  lastFrozen: string,
  classes: number,
): Promise<Pretrained> {
  const { default: json } = await MobileNetV2Model.modelJson();
  const { default: base64 } = await MobileNetV2Model.weightBundles[0]();
  const modelTopology = structuredClone(json.modelTopology) as unknown as Topology;
  const { config } = modelTopology.model_config;
  config.layers[0].config.batch_input_shape = [null, size, size, 3];
  // What follows names the classes of the first training.
  config.layers.length = config.layers.findIndex(({ name }) => name === "out_relu") + 1;
  config.output_layers = [["out_relu", 0, 0]];
  const weightSpecs = json.weightsManifest[0].weights as tf.io.WeightsManifestEntry[];
  const weightData = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer;
  const files = tf.io.fromMemory({ modelTopology, weightSpecs, weightData });
  const whole = await tf.loadLayersModel(files, { strict: false }); // weights are left over
  const frozen = tf.model({ inputs: whole.inputs, outputs: whole.getLayer(lastFrozen).output });
  return { frozen, thawed: tailOf(whole, lastFrozen, classes) };
}

/** The layers behind one and a new head, as a model of their own. */
function tailOf(whole: tf.LayersModel, name: string, classes: number): tf.LayersModel {
  const first = whole.layers.findIndex((layer) => layer.name === name);
  const shape = whole.layers[first].outputShape.slice(1) as number[];
  const inputs = tf.input({ shape, name: "features" });
  const outputs = new Map([[name, inputs]]);
  for (const layer of whole.layers.slice(first + 1)) {
    const from = layer.inboundNodes[0].inboundLayers.map(({ name }) => outputs.get(name)!);
    const output = layer.apply(from.length === 1 ? from[0] : from) as tf.SymbolicTensor;
    layer.trainable = true;
    outputs.set(layer.name, output);
  }
  const pool = tf.layers.globalAveragePooling2d({ dataFormat: "channelsLast", name: "pool" });
  const head = tf.layers.dense({ units: classes, name: "head" });
  const last = outputs.get(whole.layers[whole.layers.length - 1].name)!;
  return tf.model({ inputs, outputs: head.apply(pool.apply(last)) as tf.SymbolicTensor });
}
