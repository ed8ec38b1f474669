/** The folder of an npm package that is downloaded when it is asked for. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The folder of a package in Deno's cache, where it is put if it is not there.
 *
 * It is for packages that are in no list of imports and not in `deno.lock`, or everyone who runs
 * the tests would download them; so compare what is read with what it is known to be.
 *
 * @param specifier with the version, as `npm:name@1.0.0`
 * @throws {Error} if it cannot be downloaded
 */
export async function npmFolder(specifier: string): Promise<string> {
  const file = JSON.stringify(`${specifier}/package.json`);
  const code = `await import(${file}, { with: { type: "json" } }); ` +
    `console.log(import.meta.resolve(${file}));`;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", code],
    stdin: "null",
    stderr: "inherit",
  });
  const { success, stdout } = await command.output();
  if (!success) throw new Error(`${specifier} cannot be downloaded`);
  return dirname(fileURLToPath(new TextDecoder().decode(stdout).trim()));
}
