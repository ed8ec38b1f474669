/** The two ways to bundle, one call at a time on this machine. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * HDF5, 4 MB of WebAssembly: `@renorm/convert` loads it for Keras' files, which no bundle here
 * opens.
 */
const leftOut = "h5wasm";

/** How {@linkcode bundle} bundles. */
export interface BundleOptions {
  /** Where the bundle runs; `"deno"` is for Node as well (default: `"browser"`). */
  readonly platform?: "browser" | "deno";
  /** A module, or a script that runs at once (default: `"esm"`). */
  readonly format?: "esm" | "iife";
  /** Imports that stay imports: `["@renorm/*"]` (default: HDF5 alone, which is large). */
  readonly external?: readonly string[];
}

/**
 * Bundles an entry, a module or a style, with all that it imports. Deno does it, since it finds the
 * packages of the workspace, and those of npm in its own cache.
 *
 * @throws {Error} When Deno cannot bundle it; the text is Deno's.
 */
export async function bundle(
  entry: URL,
  { platform = "browser", format = "esm", external = [leftOut] }: BundleOptions = {},
): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [
      ...["bundle", "--quiet", "--minify", `--platform=${platform}`, `--format=${format}`],
      ...external.map((name) => `--external=${name}`),
      fileURLToPath(entry),
    ],
  });
  const { success, stdout, stderr } = await alone(() => command.output());
  const decoder = new TextDecoder();
  if (!success) throw new Error(`deno bundle failed: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

/** How {@linkcode bundleInFolder} bundles. */
export interface FolderOptions {
  /** A module (default), or a script whose exports are in a global variable `program`. */
  readonly format?: "esm" | "iife";
  /** Files that stand for packages, by their specifiers (default: none). */
  readonly alias?: Readonly<Record<string, string>>;
  /** Whether what comes from packages without an alias stays an import (default: false). */
  readonly leavePackages?: boolean;
}

/**
 * Bundles and minifies code as if it stood in a folder: what it imports is found there and in the
 * folder's `node_modules`. The npm package esbuild does it, as it does for most users; Deno would
 * look into its own cache.
 *
 * @throws {Error} When esbuild cannot bundle it; the text is esbuild's.
 */
export async function bundleInFolder(
  code: string,
  folder: string,
  { format = "esm", alias = {}, leavePackages = false }: FolderOptions = {},
): Promise<string> {
  const { build, stop } = await import("esbuild");
  return await alone(async () => {
    try {
      const { outputFiles: [{ text }] } = await build({
        stdin: { contents: code, resolveDir: folder },
        bundle: true,
        minify: true,
        write: false,
        format,
        ...format === "iife" ? { globalName: "program" } : {},
        platform: "browser",
        target: "es2022",
        alias: { ...alias },
        ...leavePackages ? { packages: "external" as const } : {},
        logLevel: "silent",
      });
      return text;
    } finally {
      await stop();
    }
  });
}

/**
 * Does something while no other process does so. The first `deno bundle` on a machine fetches
 * Deno's esbuild into Deno's cache, and two that do it at once get in each other's way.
 */
async function alone<Result>(work: () => Promise<Result>): Promise<Result> {
  using lock = await Deno.open(await bundleLock(), { create: true, write: true });
  // Held until the file is closed, and by the system alone: a process that dies leaves none behind.
  await lock.lock(true);
  return await work();
}

/** The file that is locked: beside what it guards, so that each cache has its own. */
export async function bundleLock(): Promise<string> {
  const info = new Deno.Command(Deno.execPath(), { args: ["info", "--json"] });
  const { denoDir } = JSON.parse(new TextDecoder().decode((await info.output()).stdout));
  await Deno.mkdir(denoDir, { recursive: true });
  return join(denoDir, "renorm_bundle.lock");
}
