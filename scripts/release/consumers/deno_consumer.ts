/**
 * A user in Deno: adds a package to a project outside of the workspace, from a registry of JSR's
 * kind.
 */
import { findDrivers } from "@renorm/testing/gpu/drivers";
import { runCommand } from "@renorm/testing/run_command";
import type { PublicPackage } from "../public_packages.ts";
import { checkHelp, checkLosses, mainOf, readProgram, wantsGpu, writeFiles } from "./program.ts";

/**
 * Uses a package in an empty folder, on the CPU and on every GPU driver of this machine.
 *
 * @param jsrUrl Address of the registry.
 * @param cache Folder for `DENO_DIR`, so that nothing but the registry can give the package.
 * @throws {Error} When it cannot be added, does not type-check, or trains wrongly.
 */
export async function useInDeno(
  one: PublicPackage,
  folder: string,
  jsrUrl: string,
  cache: string,
): Promise<void> {
  const gpu = wantsGpu(one.name, "Deno");
  const { files, siblings, foreign } = await readProgram(one.name);
  const main = mainOf(one, gpu ? { expression: "navigator.gpu" } : null);
  await writeFiles(folder, { ...files, "main.ts": main, "deno.json": "{}" });
  const deno = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    runCommand(Deno.execPath(), args, {
      cwd: folder,
      env: { ...env, JSR_URL: jsrUrl, DENO_DIR: cache },
    });
  const added = [
    ...siblings.map((name) => `jsr:@renorm/${name}`),
    ...foreign.map((name) => `npm:${name}`),
  ];
  await deno(["add", "--quiet", ...added]);
  await deno(["check", "--quiet", "main.ts"]);
  const run = ["run", "--quiet", "--no-prompt", "--allow-env", "--allow-read"];
  if (!gpu) checkLosses(await deno([...run, "main.ts"]), null);
  for (const { name, env } of gpu ? await findDrivers() : []) {
    checkLosses(await deno([...run, "main.ts"], env), name);
  }
  if ("./cli" in one.exports) {
    const cli = `jsr:@renorm/${one.name}/cli`;
    checkHelp(await deno([...run, cli, "--help"]), `deno run ${cli}`);
  }
}

/** Makes the folder a cache that is empty but for the npm packages that this machine has. */
export async function makeDenoCache(folder: string): Promise<void> {
  const info = await runCommand(Deno.execPath(), ["info", "--json"], { cwd: folder });
  const { npmCache } = JSON.parse(info);
  await Deno.mkdir(npmCache, { recursive: true });
  await Deno.symlink(npmCache, `${folder}/npm`);
}
