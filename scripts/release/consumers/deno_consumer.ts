/** A user in Deno: adds a package to a project outside of the workspace, from a registry of JSR's kind. */
import { findDrivers } from "@renorm/testing/gpu/drivers";
import { runCommand } from "@renorm/testing/run_command";
import type { PublicPackage } from "../public_packages.ts";
import type { Registry } from "../registry/with_registry.ts";
import { checkHelp, checkLosses, mainOf, readProgram, wantsGpu, writeFiles } from "./program.ts";

/**
 * Uses a package in an empty folder; gives where its program trained.
 *
 * @param cache Folder for `DENO_DIR`, so that nothing but the registry can give the package.
 * @throws {Error} When it cannot be added, does not type-check, or trains wrongly.
 */
export async function useInDeno(
  one: PublicPackage,
  folder: string,
  { jsrUrl }: Registry,
  cache: string,
): Promise<string[]> {
  const gpu = wantsGpu(one.name, "Deno");
  const program = await readProgram(one);
  const main = mainOf(one, program, gpu ? { expression: "navigator.gpu" } : null);
  await writeFiles(folder, { ...program.files, "main.ts": main, "deno.json": "{}" });
  const deno = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    runCommand(Deno.execPath(), args, {
      cwd: folder,
      env: { ...env, JSR_URL: jsrUrl, DENO_DIR: cache },
    });
  const added = [
    ...program.siblings.map((name) => `jsr:${name}`),
    ...program.foreign.map((name) => `npm:${name}`),
  ];
  await deno(["add", "--quiet", ...added]);
  await deno(["check", "--quiet", "main.ts"]);
  const run = ["run", "--quiet", "--no-prompt", "--allow-env", "--allow-read"];
  const places: string[] = [];
  if (!gpu) places.push(...checkLosses(await deno([...run, "main.ts"]), null));
  for (const { name, env } of gpu ? await findDrivers() : []) {
    places.push(...checkLosses(await deno([...run, "main.ts"], env), name));
  }
  if ("./cli" in one.exports) {
    places.push(checkHelp(
      await deno([...run, `jsr:@renorm/${one.name}/cli`, "--help"]),
      `deno run jsr:@renorm/${one.name}/cli`,
    ));
  }
  return [...new Set(places)];
}

/** Makes the folder a cache that is empty but for the npm packages that this machine has. */
export async function makeDenoCache(folder: string): Promise<void> {
  const info = await runCommand(Deno.execPath(), ["info", "--json"], { cwd: folder });
  const { npmCache } = JSON.parse(info);
  await Deno.mkdir(npmCache, { recursive: true });
  await Deno.symlink(npmCache, `${folder}/npm`);
}
