/** The files that the options of `fold` name. */
import { expects, show } from "@renorm/core-math/checks";
import { readWhole } from "../files/file_access.ts";
import { parseJson } from "../files/parse_json.ts";
import type { PairOptions } from "../formats/safetensors/norm_pairs.ts";
import { isJsonObject } from "../json.ts";
import type { FoldArguments } from "./arguments.ts";

/** The options of a folding; those that were not given are absent. */
export async function readFoldOptions(
  { pairs, pairsFile, likeFile, byName, transposed }: FoldArguments,
): Promise<PairOptions & { transposed?: readonly string[] }> {
  const all = { ...pairsFile === null ? {} : await readPairsFile(pairsFile), ...pairs };
  return {
    ...Object.keys(all).length > 0 && { pairs: all },
    ...likeFile !== null && { like: await readLikeFile(likeFile) },
    ...byName && { byName },
    ...transposed.length > 0 && { transposed },
  };
}

async function readPairsFile(file: string): Promise<Record<string, string>> {
  const json = parseJson(await readText(file), file, "pairs");
  const isPairs = isJsonObject(json) && Object.values(json).every((one) => typeof one === "string");
  if (!isPairs) {
    const wanted = `an object of norms and their layers in ${file}`;
    throw new TypeError(expects("fold", wanted, show(json)));
  }
  return json as Record<string, string>;
}

/** A topology, a JSON list, or a path a line. */
async function readLikeFile(file: string): Promise<NonNullable<PairOptions["like"]>> {
  const text = await readText(file);
  if (!/^\s*[{[]/.test(text)) return text.split("\n").map((line) => line.trim()).filter(Boolean);
  return parseJson(text, file, "layers") as NonNullable<PairOptions["like"]>;
}

async function readText(file: string): Promise<string> {
  return new TextDecoder().decode(await readWhole(file));
}
