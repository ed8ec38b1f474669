import { type GoldenCase, parseGoldenFile } from "./golden_case.ts";

/** The golden cases of a folder, and its JSON files that hold something else. */
export interface GoldenFolder {
  readonly cases: readonly GoldenCase[];
  readonly others: readonly { readonly file: string; readonly what: string }[];
}

/**
 * Reads every `.json` file of a folder, by name.
 *
 * @throws {TypeError} When a file is not in the format or the folder has no case.
 * @throws {Deno.errors.NotFound} When there is no such folder.
 */
export async function readGoldenFolder(folder: string | URL): Promise<GoldenFolder> {
  const base = typeof folder === "string" ? folder.replace(/\/*$/, "/") : folder.pathname;
  const files = (await Array.fromAsync(Deno.readDir(folder)))
    .filter((entry) => !entry.isDirectory && entry.name.endsWith(".json"))
    .map((entry) => entry.name)
    .sort();
  const cases: GoldenCase[] = [];
  const others: { file: string; what: string }[] = [];
  for (const file of files) {
    const parsed = parseGoldenFile(await Deno.readTextFile(base + file), file);
    if (typeof parsed === "string") others.push({ file, what: parsed });
    else cases.push(parsed);
  }
  if (cases.length === 0) throw new TypeError(`${base} expects at least one golden case: got none`);
  return { cases, others };
}
