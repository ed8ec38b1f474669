/** HDF5, 4 MB of WebAssembly: `@renorm/convert` loads it for Keras' files, which no bundle here opens. */
const leftOut = "h5wasm";

/**
 * Bundles an entry, a module or a style, with all that it imports. Deno does it, since it finds npm
 * packages in its own cache, where esbuild alone would want them installed.
 *
 * @throws {Error} When Deno cannot bundle it; the text is Deno's.
 */
export async function bundleForBrowser(entry: URL): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), {
    args: [
      ...["bundle", "--quiet", "--platform=browser", "--minify", `--external=${leftOut}`],
      entry.pathname,
    ],
    stdout: "piped",
    stderr: "piped",
  });
  const { success, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`deno bundle failed: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}
