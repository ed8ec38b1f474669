/** SwiftShader and headless Chromium, unpacked from the npm package `@sparticuz/chromium`. */
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The unpacked SwiftShader: its folder, which also has a Vulkan loader, and its description. */
export interface UnpackedSwiftShader {
  readonly folder: string;
  readonly icd: string;
}

/**
 * What is unpacked into one folder of the cache, and the files by which it is known to be whole.
 */
interface Unpacking {
  readonly name: string;
  readonly archives: readonly string[];
  readonly files: readonly string[];
}

const swiftShader: Unpacking = {
  name: "swiftshader",
  archives: ["swiftshader.tar.br"],
  files: ["vk_swiftshader_icd.json", "libvk_swiftshader.so", "libvulkan.so.1"],
};

const chromium: Unpacking = {
  name: "chromium",
  archives: ["chromium.br", "fonts.tar.br", "swiftshader.tar.br", "al2023.tar.br"],
  files: ["chromium", "fonts", "vk_swiftshader_icd.json", "al2023/lib"],
};

/** Unpacks SwiftShader into the user's cache, once. */
export async function unpackSwiftShader(): Promise<UnpackedSwiftShader> {
  const folder = await unpack(swiftShader);
  return { folder, icd: join(folder, "vk_swiftshader_icd.json") };
}

/** Unpacks Chromium with the libraries that a bare machine lacks; gives its folder. */
export async function unpackChromium(): Promise<string> {
  return await unpack(chromium);
}

/** Unpacks into a cache folder of its own, unless it is there. */
async function unpack({ name, archives, files }: Unpacking): Promise<string> {
  const { os, arch } = Deno.build;
  if (os !== "linux" || arch !== "x86_64") {
    throw new Error(`@sparticuz/chromium is built for linux x86_64: this is ${os} ${arch}`);
  }
  const entry = fileURLToPath(import.meta.resolve("@sparticuz/chromium"));
  const packageFolder = join(entry, "..", "..");
  const { version } = JSON.parse(await Deno.readTextFile(join(packageFolder, "package.json")));
  const cache = join(Deno.env.get("XDG_CACHE_HOME") || join(homedir(), ".cache"), "renorm");
  const folder = join(cache, `${name}-${version}`);
  if (await hasAll(folder, files)) return folder;
  await Deno.mkdir(cache, { recursive: true });
  // Unpacked beside and renamed, so that no other process sees half of it.
  const beside = await Deno.makeTempDir({ dir: cache, prefix: `${name}-` });
  try {
    for (const archive of archives) await inflateInto(beside, join(packageFolder, "bin", archive));
    if (!await hasAll(beside, files)) {
      throw new Error(`@sparticuz/chromium ${version} should hold ${files}: something is missing`);
    }
    await moveInto(folder, beside, files);
  } finally {
    if (await exists(beside)) await Deno.remove(beside, { recursive: true });
  }
  return folder;
}

async function inflateInto(folder: string, archive: string): Promise<void> {
  const { inflate } = await import("@sparticuz/chromium");
  const temporary = Deno.env.get("TMPDIR");
  // The package unpacks into the system's temporary folder, wherever that is when it starts.
  Deno.env.set("TMPDIR", folder);
  let inflated: Promise<string>;
  try {
    inflated = inflate(archive);
  } finally {
    if (temporary === undefined) Deno.env.delete("TMPDIR");
    else Deno.env.set("TMPDIR", temporary);
  }
  await inflated;
}

/** Renames, unless another process was first; what a user has broken makes room. */
async function moveInto(folder: string, from: string, files: readonly string[]): Promise<void> {
  try {
    await Deno.rename(from, folder);
  } catch (error) {
    if (!await exists(folder)) throw error;
    if (await hasAll(folder, files)) return;
    await Deno.remove(folder, { recursive: true });
    await Deno.rename(from, folder);
  }
}

async function hasAll(folder: string, files: readonly string[]): Promise<boolean> {
  const found = await Promise.all(files.map((file) => exists(join(folder, file))));
  return found.every((isThere) => isThere);
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
