/** Bundles entries of the workspace by `deno bundle`, one at a time on this machine. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** HDF5, 4 MB of WebAssembly: `@renorm/convert` loads it for Keras' files, which no bundle here opens. */
const leftOut = "h5wasm";

/** Options of {@linkcode bundle}. */
export interface BundleOptions {
  /** Where the bundle runs; `"deno"` is for Node as well (default: `"browser"`). */
  readonly platform?: "browser" | "deno";
  /** A module, or a script that runs at once (default: `"esm"`). */
  readonly format?: "esm" | "iife";
  /** Imports that stay imports: `["@renorm/*"]` (default: none). */
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
  { platform = "browser", format = "esm", external = [] }: BundleOptions = {},
): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [
      ...["bundle", "--quiet", "--minify", `--platform=${platform}`, `--format=${format}`],
      ...[leftOut, ...external].map((name) => `--external=${name}`),
      fileURLToPath(entry),
    ],
  });
  const { success, stdout, stderr } = await alone(() => command.output());
  const decoder = new TextDecoder();
  if (!success) throw new Error(`deno bundle failed: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

/**
 * Does something while no other process does so. The first `deno bundle` on a machine fetches Deno's
 * esbuild into Deno's cache, and two that do it at once get in each other's way.
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
