/**
 * The weights of a `model.json`: groups of weights, each one run of bytes that is cut into shards
 * at any place.
 */
import { show } from "@renorm/core-math/checks";
import { isInside } from "../../files/inside_folder.ts";
import { joinBytes } from "../../files/join_chunks.ts";
import { isJsonObject, type JsonObject } from "../../json.ts";
import { ModelFileError } from "../../files/model_file_error.ts";
import { bytesPerValue } from "./quantized_weights.ts";

/** A weight and its bytes. */
export interface Weight {
  readonly name: string;
  /** Its entry in the manifest. */
  readonly spec: JsonObject;
  readonly bytes: Uint8Array;
}

/** A group of the manifest. */
export interface WeightGroup {
  /** Its entry in the manifest. */
  readonly entry: JsonObject;
  readonly paths: readonly string[];
  readonly shardSizes: readonly number[];
  readonly weights: readonly Weight[];
}

/** The paths of the shards that a `model.json` names; each must lie in the model's folder. */
export function shardPaths(json: JsonObject, file: string): string[] {
  return manifestOf(json, file).flatMap((entry, i) => pathsOf(entry, i, file));
}

/** Cuts the shards into weights. */
export function readWeightGroups(
  json: JsonObject,
  shards: ReadonlyMap<string, Uint8Array>,
  file: string,
): WeightGroup[] {
  const known = new Set<string>();
  return manifestOf(json, file).map((entry, i) => {
    const paths = pathsOf(entry, i, file);
    for (const path of paths) {
      // One that holds parts of two groups could not be written with those of both changed.
      if (known.has(path)) {
        throw new ModelFileError(file, `weightsManifest[${i}]`, "each shard once", `${path} twice`);
      }
      known.add(path);
    }
    const parts = paths.map((path) => {
      const part = shards.get(path);
      if (!part) throw new ModelFileError(file, `weightsManifest[${i}]`, `shard ${path}`, "none");
      return part;
    });
    const weights = cutWeights(entry, joinBytes(parts), `weightsManifest[${i}]`, file);
    return { entry, paths, shardSizes: parts.map(({ length }) => length), weights };
  });
}

/** The manifest and the shards of groups whose weights were changed. */
export function writeWeightGroups(
  groups: readonly WeightGroup[],
): { manifest: JsonObject[]; shards: Map<string, Uint8Array> } {
  const shards = new Map<string, Uint8Array>();
  const manifest = groups.map(({ entry, paths, shardSizes, weights }) => {
    const bytes = joinBytes(weights.map((weight) => weight.bytes));
    let offset = 0;
    const kept = paths.filter((path, i) => {
      const isLast = i === paths.length - 1;
      const end = isLast ? bytes.length : Math.min(bytes.length, offset + shardSizes[i]);
      if (i > 0 && end === offset) return false;
      shards.set(path, bytes.slice(offset, end));
      offset = end;
      return true;
    });
    return { ...entry, paths: kept, weights: weights.map(({ name, spec }) => ({ ...spec, name })) };
  });
  return { manifest, shards };
}

function manifestOf(json: JsonObject, file: string): JsonObject[] {
  const { weightsManifest = [] } = json;
  if (!Array.isArray(weightsManifest) || !weightsManifest.every(isJsonObject)) {
    throw new ModelFileError(file, "weightsManifest", "a list of groups", show(weightsManifest));
  }
  return weightsManifest;
}

function pathsOf({ paths }: JsonObject, index: number, file: string): string[] {
  const place = `weightsManifest[${index}].paths`;
  if (!Array.isArray(paths)) throw new ModelFileError(file, place, "a list", show(paths));
  for (const path of paths) {
    if (typeof path !== "string" || !isInside(path)) {
      throw new ModelFileError(file, place, "a path in the model's folder", show(path));
    }
  }
  return paths;
}

function cutWeights(entry: JsonObject, bytes: Uint8Array, group: string, file: string): Weight[] {
  const specs = entry.weights;
  if (!Array.isArray(specs)) {
    throw new ModelFileError(file, `${group}.weights`, "a list", show(specs));
  }
  let offset = 0;
  return specs.map((spec, i) => {
    const place = `${group}.weights[${i}]`;
    if (!isJsonObject(spec) || typeof spec.name !== "string" || !isShape(spec.shape)) {
      throw new ModelFileError(file, place, "a name, a shape and a dtype", JSON.stringify(spec));
    }
    const each = bytesPerValue(spec);
    if (typeof each === "string") {
      throw new ModelFileError(file, place, each, JSON.stringify(spec.quantization ?? spec.dtype));
    }
    const length = spec.shape.reduce((product, n) => product * n, each);
    if (offset + length > bytes.length) {
      const wanted = `shards of at least ${offset + length} bytes for ${show(spec.name)}`;
      throw new ModelFileError(file, place, wanted, String(bytes.length));
    }
    offset += length;
    return { name: spec.name, spec, bytes: bytes.subarray(offset - length, offset) };
  });
}

function isShape(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}
