/** Walks the sources of the repository. */

/** All files under the given files and folders whose path matches, in order of their names. */
export async function sourceFiles(paths: readonly string[], pattern: RegExp): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    if ((await Deno.stat(path)).isFile) found.push(path);
    else await walk(path, found);
  }
  return found.filter((file) => pattern.test(file)).sort();
}

async function walk(folder: string, found: string[]): Promise<void> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (name.startsWith(".") || name === "node_modules") continue;
    const path = `${folder.replace(/\/$/, "")}/${name}`;
    if (isDirectory) await walk(path, found);
    else found.push(path);
  }
}
