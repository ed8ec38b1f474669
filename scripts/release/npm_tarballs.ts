/**
 * The packages as npm tarballs: what `deno pack` makes, with what it leaves out. Deno 2.9.6 writes
 * no dependency on the other packages of the workspace, none on what only the types need, nothing
 * that describes a package, no command, and not that imports have no effects.
 */
import { runCommand } from "@renorm/testing/run_command";
import { createTarGzip, parseTarGzip, type TarFileInput } from "nanotar";
import { importedPackages, packagesAtStart } from "./imported_packages.ts";
import { describePackage, repositoryAddress } from "./package_description.ts";
import { pinnedVersions, type PublicPackage, repository } from "./public_packages.ts";

/** Options of {@linkcode packForNpm}. */
export interface PackOptions {
  /** Address of the source, which npm wants beside a provenance (default: the project's own). */
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
  { repository: address = repositoryAddress }: PackOptions = {},
): Promise<NpmTarball> {
  const tarball = `${into}/renorm-${name}.tgz`;
  // Source maps would hold the paths of this machine, and comments are kept without.
  const args = ["pack", "--quiet", "--allow-dirty", "--no-source-maps", `--output=${tarball}`];
  await runCommand(Deno.execPath(), args, { cwd: folder });
  const files = new Map<string, TarFileInput>();
  for (const file of await parseTarGzip(await Deno.readFile(tarball))) files.set(file.name, file);
  const text = (path: string) => new TextDecoder().decode(files.get(path)?.data as Uint8Array);
  const packed: PackageJson = JSON.parse(text("package/package.json"));
  const readme = text("package/README.md").replaceAll(repositoryAddress, address);
  const command = packed.exports["./cli"]?.default;
  const imported = await dependenciesOf(
    packed,
    [...files.keys()].map((path) => [path, text(path)]),
  );
  const { peerDependencies = {} } = imported;
  // What a user hands in may have types of its own for CommonJS, and ours must name those there.
  const isHandedIn = Object.keys(peerDependencies).some((peer) => !isOptional(imported, peer));
  const written = {
    ...packed,
    ...isHandedIn ? { exports: exportsWithCommonJs(packed.exports) } : {},
    ...describePackage(name, readme, address),
    engines: { node: ">=20" },
    // Bundlers then leave out what is not used, rather than keep what might have an effect.
    sideEffects: command ? [command] : false,
    ...command ? { bin: { [`renorm-${name}`]: command } } : {},
    ...imported,
  };
  const replace = (path: string, data: string) => files.set(path, { name: path, data });
  replace("package/package.json", JSON.stringify(written, null, 2));
  replace("package/README.md", readme);
  for (const path of isHandedIn ? [...files.keys()] : []) {
    if (!path.endsWith(".d.ts")) continue;
    replace(
      path.replace(/ts$/, "cts"),
      text(path).replace(/(["']\.\.?\/[^"']*\.)js(["'])/g, "$1cjs$2"),
    );
  }
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
 * The tarballs in an order in which each comes after those that it depends on, so that a
 * publication that breaks off leaves nothing that cannot be installed.
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

/** The exports, with declarations of their own for `require`; the code is the same. */
function exportsWithCommonJs(exports: PackageJson["exports"]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(exports).map(([entry, { default: code, ...others }]) => [
      entry,
      // First, since `types` stands for all that comes behind it.
      { require: { types: code.replace(/js$/, "d.cts"), default: code }, ...others, default: code },
    ]),
  );
}

function isOptional({ peerDependenciesMeta = {} }: Needs, name: string): boolean {
  return name in peerDependenciesMeta;
}

/** The packages that a package needs, as its `package.json` names them. */
interface Needs {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional: true }>>;
}

/**
 * What the files import. From the code, as dependencies; what it loads on demand alone, as optional
 * peers, since few need it; from the types alone, as peers, since their user hands the thing itself
 * in.
 */
async function dependenciesOf(
  { name, version }: PackageJson,
  files: readonly (readonly [path: string, text: string])[],
): Promise<Needs> {
  const pinned = await pinnedVersions();
  const namesIn = (ending: RegExp, find: (code: string) => string[]) =>
    new Set(files.filter(([path]) => ending.test(path)).flatMap(([, text]) => find(text)));
  const atStart = namesIn(/\.js$/, packagesAtStart);
  const onDemand = namesIn(/\.js$/, importedPackages).difference(atStart);
  const needed: Record<string, string> = {};
  const peers: Record<string, string> = {};
  for (const imported of atStart.union(onDemand).union(namesIn(/\.d\.ts$/, importedPackages))) {
    if (imported === name) continue;
    const isSibling = imported.startsWith("@renorm/");
    const known = isSibling ? version : pinned[imported];
    if (!known) throw new Error(`${name} imports ${imported}, of which deno.json has no version`);
    (isSibling || atStart.has(imported) ? needed : peers)[imported] = `^${known}`;
  }
  const optional = [...onDemand].filter((imported) => imported in peers)
    .map((imported) => [imported, { optional: true }] as const);
  return {
    // What `deno pack` found stands aside: it has what is loaded on demand among the dependencies.
    dependencies: needed,
    ...Object.keys(peers).length > 0 ? { peerDependencies: peers } : {},
    ...optional.length > 0 ? { peerDependenciesMeta: Object.fromEntries(optional) } : {},
  };
}
