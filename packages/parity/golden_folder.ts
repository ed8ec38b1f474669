import { fileURLToPath } from "node:url";
import { checkGoldenCase, type GoldenCase, isMasked } from "./golden_case.ts";
import { type GoldenModel, readGoldenModel } from "./trained_model/golden_model.ts";

/** The golden files of a folder by kind. */
export interface GoldenFolder {
  /** Layers and the steps they go through. */
  readonly cases: readonly GoldenCase[];
  /** The same where a step has a mask. */
  readonly masked: readonly GoldenCase[];
  /** Trainings of whole models. */
  readonly models: readonly GoldenModel[];
  /** JSON files that hold something else. */
  readonly others: readonly { readonly file: string; readonly what: string }[];
}

/**
 * Reads every `.json` file of a folder, by name.
 *
 * @throws {TypeError} When a file is not in the format or the folder has no case.
 * @throws {Deno.errors.NotFound} When there is no such folder.
 */
export async function readGoldenFolder(folder: string | URL): Promise<GoldenFolder> {
  const base = typeof folder === "string" ? folder.replace(/\/*$/, "/") : fileURLToPath(folder);
  const files = (await Array.fromAsync(Deno.readDir(folder)))
    .filter((entry) => !entry.isDirectory && entry.name.endsWith(".json"))
    .map((entry) => entry.name)
    .sort();
  const all: GoldenCase[] = [];
  const models: GoldenModel[] = [];
  const others: { file: string; what: string }[] = [];
  for (const file of files) {
    const value = parseJson(await Deno.readTextFile(base + file), file);
    const isLayer = "kind" in value;
    if (!isLayer && "rows" in value) others.push({ file, what: "numbers of a random generator" });
    else if (!isLayer && "model" in value) {
      models.push(await readGoldenModel(value, file, (name) => Deno.readFile(base + name)));
    } else all.push(checkGoldenCase(value, file));
  }
  if (all.length + models.length === 0) {
    throw new TypeError(`${base} expects at least one golden case: got none`);
  }
  const masked = all.filter(isMasked);
  return { cases: all.filter((golden) => !masked.includes(golden)), masked, models, others };
}

function parseJson(text: string, file: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw new TypeError(`${file} expects JSON: got ${(error as Error).message}`);
  }
  throw new TypeError(`${file} expects a JSON object: got another value`);
}
