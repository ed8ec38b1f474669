/** Vulkan drivers as the loader finds them: JSON files (ICDs) that name a library. */
import { dirname, resolve } from "node:path";

/** Where distributions put them. */
const systemFolder = "/usr/share/vulkan/icd.d";

/**
 * Finds the installed ICD files of that name whose library is there, all architectures alike: the
 * loader passes over those that are not its own.
 *
 * @throws {Error} When there are some but the library of each is gone.
 */
export async function findIcds(name: RegExp, folder: string = systemFolder): Promise<string[]> {
  const files: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (name.test(entry.name)) files.push(`${folder}/${entry.name}`);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const problems = await Promise.all(files.map(icdProblem));
  const usable = files.filter((_, i) => problems[i] === null);
  if (files.length > 0 && usable.length === 0) throw new Error(problems.join("; "));
  return usable.sort();
}

/** Says what is wrong with an ICD file, or `null` if its library is there. */
export async function icdProblem(icd: string): Promise<string | null> {
  let library: unknown;
  try {
    library = JSON.parse(await Deno.readTextFile(icd)).ICD?.library_path;
  } catch (error) {
    return `${icd} cannot be read: ${(error as Error).message}`;
  }
  if (typeof library !== "string") return `${icd} names no library`;
  // A bare name is looked up by the dynamic linker, a path stands beside the file.
  if (!library.includes("/")) return null;
  const path = resolve(dirname(icd), library);
  try {
    await Deno.stat(path);
    return null;
  } catch {
    return `${icd} names the library ${path}, which is not there`;
  }
}
