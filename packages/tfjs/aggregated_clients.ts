/** The weights of clients, read and checked against the model that they are weights of. */
import { expects, readFields, reading, show } from "@renorm/core-math/checks";
import { classNameOf, findNormLayers } from "./find_norm_layers.ts";
import { checkStep } from "./layer_config.ts";
import { renormClassName } from "./layer_interface.ts";
import { weightsByLayer, type WeightStructure } from "./model_weights.ts";
import type { LayersModel, Tensor, TensorFlow } from "./tensor_flow.ts";

/** Numbers in arrays in arrays, as `tensor.array()` gives them. */
export type NestedNumbers = number | readonly NestedNumbers[];

/** The values of a weight; null where the policy leaves it to each client. */
export type WeightValues = Tensor | Float32Array | Float64Array | NestedNumbers | null;

/** What a client sends. */
export interface ClientWeights {
  /** In the order of `model.getWeights()`. */
  readonly weights: readonly WeightValues[];
  /** Where its warm-ups stand: `getRenormSteps(model)`. */
  readonly steps?: Readonly<Record<string, number>>;
}

/** A client: its model, what it sends, or its weights alone. */
export type Client = LayersModel | ClientWeights | readonly WeightValues[];

/** A client that has samples. */
export interface ReadClient {
  readonly samples: number;
  /** In the order of the structure. */
  readonly values: readonly (ArrayLike<number> | null)[];
  /** By the structure's norms; undefined where none is told. */
  readonly steps: readonly (number | undefined)[];
}

const owner = "aggregateWeights";

/** Whether it is a model. */
export function isModel(tf: TensorFlow, client: unknown): client is LayersModel {
  return reading(owner, "clients", () => client instanceof tf.LayersModel);
}

/** Reads a client; weights that `isLeftOut` may be null. */
export async function readClient(
  tf: TensorFlow,
  name: string,
  client: unknown,
  samples: number,
  structure: WeightStructure,
  isLeftOut: (weight: number) => boolean,
): Promise<ReadClient> {
  const { weights, steps } = isModel(tf, client)
    ? ofModel(client, structure)
    : ofMessage(name, client, structure);
  if (weights.length !== structure.shapes.length) {
    const wanted = `${name} to have the model's ${structure.shapes.length} weights`;
    throw new TypeError(expects(owner, wanted, String(weights.length)));
  }
  const values = await Promise.all(
    weights.map((given, i) =>
      isLeftOut(i) ? null : readValues(tf, `weight ${i} of ${name}`, given, structure.shapes[i])
    ),
  );
  for (const { variance } of structure.norms) {
    const negative = Array.from(values[variance] ?? []).find((value) => value < 0);
    if (negative === undefined) continue;
    const wanted = `weight ${variance} of ${name}, a variance, to be at least 0`;
    throw new RangeError(expects(owner, wanted, show(negative)));
  }
  return { samples, values, steps };
}

function ofModel(client: LayersModel, { places }: WeightStructure) {
  const byLayer = weightsByLayer(client);
  const norms = findNormLayers(client).map(({ layer }) => layer);
  return {
    weights: byLayer.length === new Set(places).size
      ? places.map((place) => byLayer[place]?.read())
      : byLayer,
    steps: norms.map((layer) =>
      classNameOf(layer) === renormClassName ? layer.renormStep : undefined
    ),
  };
}

function ofMessage(name: string, client: unknown, { norms }: WeightStructure) {
  const listOf = (list: unknown) =>
    reading(owner, name, () => Array.isArray(list) ? Array.from(list) as unknown[] : null);
  const list = listOf(client);
  const sent = list
    ? { weights: list, steps: undefined }
    : readFields(owner, name, client, ["weights", "steps"]);
  const weights = listOf(sent.weights);
  if (!weights) {
    const wanted = `${name} to be a model, an array of weights, or { weights, steps }`;
    throw new TypeError(expects(owner, wanted, show(client)));
  }
  const steps = new Map(
    sent.steps === undefined
      ? []
      : reading(owner, name, () => Object.entries(sent.steps as object)),
  );
  for (const [path, step] of steps) {
    checkStep(owner, `the step of ${path} in ${name}`, step);
    if (norms.some((norm) => norm.path === path)) continue;
    const paths = norms.map(({ path }) => path).join(", ") || "none";
    throw new TypeError(
      expects(owner, `steps of ${name} by the model's norms, ${paths}`, show(path)),
    );
  }
  return { weights, steps: norms.map(({ path }) => steps.get(path) as number | undefined) };
}

/** Finite values, as many as the shape has. */
async function readValues(
  tf: TensorFlow,
  name: string,
  given: unknown,
  shape: readonly number[],
): Promise<ArrayLike<number>> {
  const isTensor = reading(owner, name, () => given instanceof tf.Tensor);
  const values = isTensor
    ? await (given as Tensor).data()
    : reading(owner, name, () =>
      typeof given === "number" || Array.isArray(given) || given instanceof Float32Array ||
        given instanceof Float64Array
        ? tf.util.flatten(given as number[])
        : null);
  if (!values) {
    throw new TypeError(
      expects(owner, `${name} to be a tensor or an array of numbers`, show(given)),
    );
  }
  const size = tf.util.sizeFromShape([...shape]);
  if (values.length !== size) {
    const wanted = `${name} to have ${size} values, of shape [${shape.join(", ")}]`;
    throw new TypeError(expects(owner, wanted, String(values.length)));
  }
  const wrong = Array.from(values as ArrayLike<unknown>).find((value) => !Number.isFinite(value));
  if (wrong !== undefined) {
    const Kind = typeof wrong === "number" ? RangeError : TypeError;
    throw new Kind(expects(owner, `${name} to be finite numbers`, show(wrong)));
  }
  return values;
}
