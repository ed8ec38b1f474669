/** The files of the repository, and what each of them imports. */
import { dirname, join, relative } from "node:path";
import { sourceFiles } from "../source_files.ts";
import { importsOf } from "../imports.ts";

/** An import of one file by another. */
export interface Arrow {
  /** What is written: `../moments.ts`. */
  readonly specifier: string;
  /** The file of the repository that is meant; null for what is foreign. */
  readonly target: string | null;
}

/** Each file, by its path below the root, `packages/schedule/mod.ts`, with its imports. */
export type ImportGraph = ReadonlyMap<string, readonly Arrow[]>;

/** Reads the packages and the scripts of a repository. */
export async function readImportGraph(root: string): Promise<ImportGraph> {
  const exported = await exportedPaths(root);
  const graph = new Map<string, Arrow[]>();
  for (
    const file of await sourceFiles([`${root}/packages`, `${root}/scripts`], /\.[mc]?[jt]sx?$/)
  ) {
    const path = relative(root, file).replaceAll("\\", "/");
    const arrows = importsOf(await Deno.readTextFile(file)).map(({ specifier }) => {
      const isRelative = specifier.startsWith(".");
      const target = isRelative ? join(dirname(path), specifier) : exported.get(specifier);
      return { specifier, target: target?.replaceAll("\\", "/") ?? null };
    });
    graph.set(path, arrows);
  }
  return graph;
}

/** The file behind each name that can be imported: `packages/core-math/mod.ts`. */
async function exportedPaths(root: string): Promise<Map<string, string>> {
  const paths = new Map<string, string>();
  for await (const { name } of Deno.readDir(`${root}/packages`)) {
    const config = await Deno.readTextFile(`${root}/packages/${name}/deno.json`).catch(() => "{}");
    const { exports = {} } = JSON.parse(config);
    const entries = typeof exports === "string" ? { ".": exports } : exports;
    for (const [entry, file] of Object.entries<string>(entries)) {
      paths.set(`@renorm/${name}${entry.slice(1)}`, join("packages", name, file));
    }
  }
  return paths;
}

/** The package that a file lies in: `schedule`, or `scripts`. */
export function packageOf(path: string): string {
  const [top, name] = path.split("/");
  return top === "packages" ? name : top;
}

/** Whether a file is not published: a test, a benchmark, or what helps them. */
export function isForTests(path: string): boolean {
  return /_(test|bench)\.[jt]sx?$/.test(path) || /^packages\/[^/]+\/(.+\/)?testing\//.test(path);
}
