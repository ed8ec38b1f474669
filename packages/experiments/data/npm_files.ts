/** Files of npm packages that are downloaded when they are asked for. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The folder of a package in Deno's cache, where it is put if it is not there.
 *
 * It is for packages that are in no list of imports and not in `deno.lock`, or everyone who runs
 * the tests would download them; so read its files by {@linkcode knownFile}.
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

/**
 * A file of a folder, compared with what it is known to be.
 *
 * @param sha256 in hexadecimal digits
 * @throws {Error} if it is another file
 */
export async function knownFile(
  folder: string,
  name: string,
  sha256: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await Deno.readFile(join(folder, name));
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
  if (hash === sha256) return bytes;
  throw new Error(`${folder} expects ${name} with SHA-256 ${sha256}: got ${hash}`);
}
