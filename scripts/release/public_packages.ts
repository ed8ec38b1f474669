/** The packages of the workspace that are published, and the versions that the root has pinned. */
import { fileURLToPath } from "node:url";

/** The folder of the repository. */
export const repository: string = fileURLToPath(new URL("../../", import.meta.url));

/** A package that is published, as its `deno.json` says. */
export interface PublicPackage {
  /** Its folder's name, and its name in the scope: `core-math`. */
  readonly name: string;
  /** Path of its folder. */
  readonly folder: string;
  readonly version: string;
  /** What can be imported, with the file of each: `{ ".": "./mod.ts" }`. */
  readonly exports: Readonly<Record<string, string>>;
}

/** Every package of the workspace but those with `publish: false`, by name. */
export async function publicPackages(root: string = repository): Promise<PublicPackage[]> {
  const found: PublicPackage[] = [];
  for await (const { name } of Deno.readDir(`${root}/packages`)) {
    const folder = `${root}/packages/${name}`;
    const { publish, version, exports } = await readJson(`${folder}/deno.json`);
    if (publish === false) continue;
    found.push({
      name,
      folder,
      version: version as string,
      exports: typeof exports === "string" ? { ".": exports } : exports as PublicPackage["exports"],
    });
  }
  return found.sort((a, b) => a.name < b.name ? -1 : 1);
}

/**
 * The file behind each name that can be imported:
 * `{ "@renorm/core-math/checks": ".../checks.ts" }`.
 */
export function exportedFiles(packages: readonly PublicPackage[]): Record<string, string> {
  return Object.fromEntries(
    packages.flatMap(({ name, folder, exports }) =>
      Object.entries(exports).map(([entry, file]) => [
        `@renorm/${name}${entry.slice(1)}`,
        `${folder}/${file}`,
      ])
    ),
  );
}

/** The npm packages that the root's `deno.json` pins: `{ webgpu: "0.6.2" }`. */
export async function pinnedVersions(): Promise<Record<string, string>> {
  const { imports } = await readJson(`${repository}/deno.json`);
  const specifiers = Object.values(imports as Record<string, string>);
  return Object.fromEntries(specifiers.flatMap((specifier) => {
    const [, name, version] = specifier.match(/^npm:((?:@[^/]+\/)?[^@/]+)@([^/]+)/) ?? [];
    return name ? [[name, version]] : [];
  }));
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  return JSON.parse(await Deno.readTextFile(path));
}
