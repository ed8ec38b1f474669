/** The variables of Keras' BatchNormalization, which its weights file numbers in this order. */
import { show } from "@renorm/core-math/checks";
import type { JsonObject } from "../../json.ts";
import { ModelFileError } from "../../files/model_file_error.ts";
import type { Hdf5Group, Hdf5Values } from "./hdf5_tree.ts";
import { kerasRenormWeights } from "../../topology/keras_renorm.ts";

/** The names of a layer's variables, in order. */
export function variableNames(config: JsonObject): string[] {
  return [
    ...config.scale === false ? [] : ["gamma"],
    ...config.center === false ? [] : ["beta"],
    "moving_mean",
    "moving_variance",
    ...config.renorm === true ? kerasRenormWeights : [],
  ];
}

/** The variables of a layer by name. Empty for a layer that was never built. */
export function readVariables(
  config: JsonObject,
  { datasets }: Hdf5Group,
  file: string,
): Map<string, Hdf5Values> {
  if (datasets.size === 0) return new Map();
  const names = variableNames(config);
  const place = `variables of ${show(config.name)}`;
  const keys = [...datasets.keys()].sort((a, b) => Number(a) - Number(b));
  if (show(keys) !== show(names.map((_, i) => String(i)))) {
    throw new ModelFileError(file, place, `${names.length}: ${names.join(", ")}`, show(keys));
  }
  const variables = new Map(names.map((name, i) => [name, datasets.get(String(i))!]));
  const length = variables.get("moving_mean")!.shape[0];
  for (const [name, { values, shape, dtype }] of variables) {
    if (shape.length !== 1 || shape[0] !== length || !isFloats(values)) {
      const got = `${dtype} ${show([...shape])}`;
      throw new ModelFileError(file, `${place}, ${name}`, `${length} floats`, got);
    }
  }
  return variables;
}

/** Sets a layer's variables to those of `names`, in Keras' order. */
export function writeVariables(
  group: Hdf5Group,
  names: readonly string[],
  variables: ReadonlyMap<string, Hdf5Values>,
): void {
  group.datasets.clear();
  names.forEach((name, i) => group.datasets.set(String(i), variables.get(name)!));
}

/**
 * The three variables that Keras' batch renorm has beyond batch norm's, as if its averages had
 * followed those for inference: Keras tracks √(variance + epsilon).
 */
export function renormVariables(
  variables: ReadonlyMap<string, Hdf5Values>,
  epsilon: number,
): Map<string, Hdf5Values> {
  const mean = variables.get("moving_mean")!;
  const variance = variables.get("moving_variance")!;
  const stddev = (variance.values as Float32Array).map((value) => Math.sqrt(value + epsilon));
  return new Map([
    ...variables,
    ["moving_stddev", { ...variance, values: stddev }],
    ["renorm_mean", mean],
    ["renorm_stddev", { ...variance, values: stddev.slice() }],
  ]);
}

function isFloats(values: unknown): boolean {
  return values instanceof Float32Array || values instanceof Float64Array;
}
