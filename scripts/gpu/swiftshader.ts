/** SwiftShader and headless Chromium, unpacked from the npm package `@sparticuz/chromium`. */
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The unpacked SwiftShader: its folder, which also has a Vulkan loader, and its description. */
export interface UnpackedSwiftShader {
  readonly folder: string;
  readonly icd: string;
}

/** Unpacks SwiftShader into the user's cache, once. */
export async function unpackSwiftShader(): Promise<UnpackedSwiftShader> {
  const folder = await unpack("swiftshader", ["swiftshader.tar.br"]);
  return { folder, icd: join(folder, "vk_swiftshader_icd.json") };
}

/** Unpacks Chromium with the libraries that a bare machine lacks; gives its folder. */
export async function unpackChromium(): Promise<string> {
  return await unpack("chromium", [
    "chromium.br",
    "fonts.tar.br",
    "swiftshader.tar.br",
    "al2023.tar.br",
  ]);
}

/** Unpacks archives of the package into a cache folder of their own, unless they are there. */
async function unpack(name: string, archives: readonly string[]): Promise<string> {
  const entry = fileURLToPath(import.meta.resolve("@sparticuz/chromium"));
  const packageFolder = join(entry, "..", "..");
  const { version } = JSON.parse(await Deno.readTextFile(join(packageFolder, "package.json")));
  const cache = join(Deno.env.get("XDG_CACHE_HOME") || join(homedir(), ".cache"), "renorm");
  const folder = join(cache, `${name}-${version}`);
  if (await exists(folder)) return folder;
  await Deno.mkdir(cache, { recursive: true });
  // Unpacked beside and renamed, so that no other process sees half of it.
  const beside = await Deno.makeTempDir({ dir: cache, prefix: `${name}-` });
  const { inflate } = await import("@sparticuz/chromium");
  const temporary = Deno.env.get("TMPDIR");
  // The package unpacks into the system's temporary folder, wherever that is.
  Deno.env.set("TMPDIR", beside);
  try {
    for (const archive of archives) await inflate(join(packageFolder, "bin", archive));
  } finally {
    if (temporary === undefined) Deno.env.delete("TMPDIR");
    else Deno.env.set("TMPDIR", temporary);
  }
  try {
    await Deno.rename(beside, folder);
  } catch (error) {
    // Another process was first.
    if (!await exists(folder)) throw error;
    await Deno.remove(beside, { recursive: true });
  }
  return folder;
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
