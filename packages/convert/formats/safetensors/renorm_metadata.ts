/**
 * What a PyTorch checkpoint has no tensor for: the options of its batch renorms, in `__metadata__`.
 */
import { checkOptions, show } from "@renorm/core-math/checks";
import { isJsonObject, type JsonObject } from "../../json.ts";
import { limitFields, parseLimits, printLimits } from "../../limits_json.ts";
import { ModelFileError } from "../../files/model_file_error.ts";
import type { RenormLimits } from "../../norm_layer.ts";

/** The key of `__metadata__`; its value is JSON, one entry per layer by path. */
export const metadataKey = "renorm";

/** Options of one batch renorm. */
export interface RenormEntry {
  readonly limits: RenormLimits;
  readonly renormStep: number;
  readonly eps: number;
  readonly momentum: number;
  /** The momentum of the batch norm before, where it was another one. */
  readonly batchNormMomentum?: number | null;
}

type Metadata = Readonly<Record<string, string>>;

/** Reads the entries; none when the metadata has none. */
export function parseEntries(metadata: Metadata | null, file: string): Record<string, RenormEntry> {
  if (!metadata || !Object.hasOwn(metadata, metadataKey)) return {};
  const text = metadata[metadataKey];
  const place = `__metadata__ ${show(metadataKey)}`;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ModelFileError(file, place, "JSON", show(text.slice(0, 40)));
  }
  if (!isJsonObject(json)) throw new ModelFileError(file, place, "an object", show(json));
  return Object.fromEntries(
    Object.entries(json).map(([path, entry]) => {
      try {
        return [path, parseEntry(entry)];
      } catch (error) {
        const text = (error as Error).message;
        throw new ModelFileError(
          file,
          `${place} of ${show(path)}`,
          "options of batch renorm",
          text,
        );
      }
    }),
  );
}

function parseEntry(json: unknown): RenormEntry {
  if (!isJsonObject(json)) throw new TypeError(show(json));
  const { renorm_step = 0, eps = 1e-5, momentum = 0.1, batch_norm_momentum: before, ...rest } =
    json;
  const unknown = Object.keys(rest).find((name) => !limitFields.includes(name));
  if (unknown !== undefined) throw new TypeError(`the unknown field ${show(unknown)}`);
  checkOptions("batch renorm", { renorm_step, eps, momentum }, ["renorm_step", "eps", "momentum"]);
  if (before !== undefined && before !== null) {
    checkOptions("batch norm", { momentum: before }, ["momentum"]);
  }
  return {
    limits: parseLimits(rest),
    renormStep: renorm_step as number,
    eps: eps as number,
    momentum: momentum as number,
    ...before !== undefined && { batchNormMomentum: before as number | null },
  };
}

/** The metadata with these entries in place of its own; null when nothing is left in it. */
export function withEntries(
  metadata: Metadata | null,
  entries: Readonly<Record<string, RenormEntry>>,
): Metadata | null {
  const { [metadataKey]: _old, ...others } = metadata ?? {};
  if (Object.keys(entries).length === 0) return Object.keys(others).length > 0 ? others : null;
  const json = Object.entries(entries).map(([path, entry]) => [path, printEntry(entry)]);
  return { ...others, [metadataKey]: JSON.stringify(Object.fromEntries(json)) };
}

function printEntry(entry: RenormEntry): JsonObject {
  const { limits, renormStep, eps, momentum, batchNormMomentum } = entry;
  return {
    ...printLimits(limits),
    renorm_step: renormStep,
    eps,
    momentum,
    ...batchNormMomentum !== undefined && { batch_norm_momentum: batchNormMomentum },
  };
}
