/** A Node project in an empty folder, as a user starts one. */
import { runCommand } from "./run_command.ts";

/** Options of {@linkcode installInNode}. */
export interface InstallOptions {
  /** Whether nothing may be fetched (default: false). */
  readonly offline?: boolean;
}

/**
 * Makes a folder a project of ES modules and installs packages there: names, names with versions,
 * or paths of tarballs.
 *
 * @throws {Error} When npm cannot install them.
 */
export async function installInNode(
  folder: string,
  packages: readonly string[],
  { offline = false }: InstallOptions = {},
): Promise<void> {
  await Deno.writeTextFile(`${folder}/package.json`, '{ "private": true, "type": "module" }');
  const options = ["--no-audit", "--no-fund", ...offline ? ["--offline"] : []];
  await runCommand("npm", ["install", ...options, ...packages], { cwd: folder });
}
