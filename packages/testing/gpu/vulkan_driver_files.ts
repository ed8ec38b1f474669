/** Vulkan drivers as the loader finds them: JSON files (ICDs) that name a library. */
import { dirname, resolve } from "node:path";

/** Where distributions put them. */
const systemFolder = "/usr/share/vulkan/icd.d";

/**
 * Finds the installed driver files of that name whose library is there, all architectures alike:
 * the loader passes over those that are not its own.
 *
 * @throws {Error} When there are some but the library of each is gone.
 */
export async function findDriverFiles(
  name: RegExp,
  folder: string = systemFolder,
): Promise<string[]> {
  const files: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      if (name.test(entry.name)) files.push(`${folder}/${entry.name}`);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const problems = await Promise.all(files.map(driverFileProblem));
  const usable = files.filter((_, i) => problems[i] === null);
  if (files.length > 0 && usable.length === 0) throw new Error(problems.join("; "));
  return usable.sort();
}

/** Says what is wrong with a driver file, or `null` if its library is there. */
export async function driverFileProblem(file: string): Promise<string | null> {
  let library: unknown;
  try {
    library = JSON.parse(await Deno.readTextFile(file)).ICD?.library_path;
  } catch (error) {
    return `${file} cannot be read: ${(error as Error).message}`;
  }
  if (typeof library !== "string") return `${file} names no library`;
  // A bare name is looked up by the dynamic linker, a path stands beside the file.
  if (!library.includes("/")) return null;
  const path = resolve(dirname(file), library);
  try {
    await Deno.stat(path);
    return null;
  } catch {
    return `${file} names the library ${path}, which is not there`;
  }
}
