/**
 * The packages as npm tarballs: what `deno pack` makes, with what it leaves out. Deno 2.9.6 writes no
 * dependency on the other packages of the workspace, none on what only the types need, no description,
 * license, repository and command, and not that imports have no effects.
 */
import { createTarGzip, parseTarGzip, type TarFileInput } from "nanotar";
import { importedPackages } from "./imported_packages.ts";
import { pinnedVersions, type PublicPackage, repository } from "./public_packages.ts";
import { runCommand } from "./run_command.ts";

/** Options of {@linkcode packForNpm}. */
export interface PackOptions {
  /** Address of the source; npm wants it beside a provenance. */
  readonly repository?: string | undefined;
}

/** A package's tarball. */
export interface NpmTarball {
  /** The name on npm: `@renorm/core-math`. */
  readonly name: string;
  readonly path: string;
  /** The names of the packages that npm installs with it. */
  readonly dependencies: readonly string[];
}

/** The part of a `package.json` that is written here. */
interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, { readonly default: string }>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * Packs a package into a folder.
 *
 * @throws {Error} When `deno pack` fails, or a file imports what no version is known of.
 */
export async function packForNpm(
  { name, folder }: PublicPackage,
  into: string,
  options: PackOptions = {},
): Promise<NpmTarball> {
  const tarball = `${into}/renorm-${name}.tgz`;
  // Source maps would hold the paths of this machine, and comments are kept without.
  const args = ["pack", "--quiet", "--allow-dirty", "--no-source-maps", `--output=${tarball}`];
  await runCommand(Deno.execPath(), args, { cwd: folder });
  const files = new Map<string, TarFileInput>();
  for (const file of await parseTarGzip(await Deno.readFile(tarball))) files.set(file.name, file);
  const text = (path: string) => new TextDecoder().decode(files.get(path)?.data as Uint8Array);
  const packed: PackageJson = JSON.parse(text("package/package.json"));
  const command = packed.exports["./cli"]?.default;
  const imported = await dependenciesOf(
    packed,
    [...files.keys()].map((path) => [path, text(path)]),
  );
  const written = {
    ...packed,
    description: firstSentence(text("package/README.md")),
    license: "MIT",
    ...options.repository
      ? {
        repository: {
          type: "git",
          url: `git+${options.repository}.git`,
          directory: `packages/${name}`,
        },
      }
      : {},
    engines: { node: ">=20" },
    // Bundlers then leave out what is not used, rather than keep what might have an effect.
    sideEffects: command ? [command] : false,
    ...command ? { bin: { [`renorm-${name}`]: command } } : {},
    ...imported,
  };
  const replace = (path: string, data: string) => files.set(path, { name: path, data });
  replace("package/package.json", JSON.stringify(written, null, 2));
  replace("package/LICENSE", await Deno.readTextFile(`${repository}/LICENSE`));
  if (command) {
    const path = `package/${command.slice("./".length)}`;
    replace(path, `#!/usr/bin/env node\n${text(path)}`);
  }
  await Deno.writeFile(tarball, await createTarGzip([...files.values()], { attrs: { mtime: 0 } }));
  const dependencies = Object.keys(imported.dependencies ?? {});
  return { name: packed.name, path: tarball, dependencies };
}

/**
 * The tarballs in an order in which each comes after those that it depends on, so that a publication
 * that breaks off leaves nothing that cannot be installed.
 */
export function dependenciesFirst(tarballs: readonly NpmTarball[]): NpmTarball[] {
  const ordered = new Set<NpmTarball>();
  const add = (tarball: NpmTarball) => {
    for (const other of tarballs) if (tarball.dependencies.includes(other.name)) add(other);
    ordered.add(tarball);
  };
  tarballs.forEach(add);
  return [...ordered];
}

/** The first sentence behind the title, in one line. */
function firstSentence(readme: string): string {
  const [, sentence] = /^#.*\n\n([^]*?)\.\s/.exec(readme) ?? [];
  if (!sentence) throw new Error("a readme expects a title and a sentence: got none");
  return sentence.replaceAll("\n", " ");
}

/**
 * What the files import: from the code as dependencies, from the types alone as peers, since their
 * user hands the thing itself in.
 */
async function dependenciesOf(
  { name, version, dependencies = {} }: PackageJson,
  files: readonly (readonly [path: string, text: string])[],
): Promise<{ dependencies?: Record<string, string>; peerDependencies?: Record<string, string> }> {
  const pinned = await pinnedVersions();
  const importedBy = (ending: RegExp) =>
    new Set(
      files.filter(([path]) => ending.test(path)).flatMap(([, text]) => importedPackages(text)),
    );
  const [code, types] = [importedBy(/\.js$/), importedBy(/\.d\.ts$/)];
  const needed: Record<string, string> = { ...dependencies };
  const peers: Record<string, string> = {};
  for (const imported of code.union(types)) {
    if (imported === name || imported in needed) continue;
    const isSibling = imported.startsWith("@renorm/");
    const known = isSibling ? version : pinned[imported];
    if (!known) throw new Error(`${name} imports ${imported}, of which deno.json has no version`);
    (isSibling || code.has(imported) ? needed : peers)[imported] = `^${known}`;
  }
  return {
    ...Object.keys(needed).length > 0 ? { dependencies: needed } : {},
    ...Object.keys(peers).length > 0 ? { peerDependencies: peers } : {},
  };
}
