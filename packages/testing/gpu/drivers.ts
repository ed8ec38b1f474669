/** The WebGPU drivers of this machine, so that a missing GPU is never a reason to test less. */
import { tmpdir } from "node:os";
import { findDriverFiles } from "./vulkan_driver_files.ts";
import { unpackSwiftShader } from "./swiftshader.ts";

/** A driver: its name, and the environment in which a process finds it and no other. */
export interface Driver {
  /** `"native"`, `"llvmpipe"` or `"swiftshader"`. */
  readonly name: string;
  /** Variables to set; read by the Vulkan loader and by Deno when a process starts. */
  readonly env: Readonly<Record<string, string>>;
}

/** A driver that is not here: why, and how to get it. */
export interface MissingDriver {
  readonly name: string;
  readonly reason: string;
}

/** What a search found. */
export interface Search {
  readonly drivers: readonly Driver[];
  readonly missing: readonly MissingDriver[];
}

/** The variable that tells a process for which driver it was started. */
export const driverVariable = "RENORM_GPU_DRIVER";

/** The variable by which Deno chooses among the machine's graphics interfaces. */
const backendVariable = "DENO_WEBGPU_BACKEND";

/**
 * Finds the drivers: what `navigator.gpu` offers by itself if that is a real GPU, Mesa's llvmpipe
 * where it is installed, and SwiftShader from npm.
 *
 * @throws {Error} When there is none; says what was tried and how to get one.
 */
export async function findDrivers(): Promise<Driver[]> {
  const { drivers, missing } = await searchDrivers();
  if (drivers.length > 0) return [...drivers];
  const tried = missing.map(({ name, reason }) => `  ${name}: ${reason}`).join("\n");
  throw new Error(`expected a WebGPU driver on this machine: found none\n${tried}`);
}

/** Finds the drivers, and says of each other one why it is not here. */
export async function searchDrivers(): Promise<Search> {
  const drivers: Driver[] = [];
  const missing: MissingDriver[] = [];
  const candidates = { native, llvmpipe, swiftshader: swiftShaderEnvironment };
  for (const [name, find] of Object.entries(candidates)) {
    try {
      drivers.push({ name, env: { ...await find(), [driverVariable]: name } });
    } catch (error) {
      missing.push({ name, reason: (error as Error).message });
    }
  }
  return { drivers, missing };
}

/**
 * The adapter of this process. OpenGL is left out unless the user asked for it: wgpu falls back to
 * it without a word where there is no Vulkan driver, and it is no full WebGPU.
 */
export async function requestAdapter(): Promise<GPUAdapter | null> {
  if (!Deno.env.get(backendVariable)) Deno.env.set(backendVariable, "vulkan,metal,dx12");
  Deno.env.set("XDG_RUNTIME_DIR", runtimeFolder());
  return await navigator.gpu?.requestAdapter() ?? null;
}

/** Whether the words an adapter says of itself are those of a driver that runs on the processor. */
export function isSoftware(words: string): boolean {
  return /llvmpipe|swiftshader|lavapipe|warp/i.test(words);
}

async function native(): Promise<Record<string, string>> {
  const adapter = await requestAdapter();
  if (!adapter) throw new Error("navigator.gpu gives no adapter");
  const { description, architecture } = adapter.info;
  // A software driver counts under its own name.
  if (isSoftware(`${description} ${architecture}`)) {
    throw new Error(`${description} is no hardware`);
  }
  return { XDG_RUNTIME_DIR: runtimeFolder() };
}

async function llvmpipe(): Promise<Record<string, string>> {
  const files = await findDriverFiles(/^lvp_icd.*\.json$/);
  if (files.length === 0) {
    throw new Error("not installed; Debian has it as mesa-vulkan-drivers");
  }
  return vulkanEnvironment(files);
}

/** The environment in which a process, of Deno or of Node, finds SwiftShader. */
export async function swiftShaderEnvironment(): Promise<Record<string, string>> {
  const { icd, folder } = await unpackSwiftShader();
  const inherited = Deno.env.get("LD_LIBRARY_PATH");
  // The folder has a Vulkan loader, for machines without.
  const libraries = inherited ? `${folder}:${inherited}` : folder;
  return { ...vulkanEnvironment([icd]), LD_LIBRARY_PATH: libraries };
}

function vulkanEnvironment(files: readonly string[]): Record<string, string> {
  return {
    // A driver that cannot be loaded must give no adapter, not OpenGL's.
    [backendVariable]: "vulkan",
    VK_DRIVER_FILES: files.join(":"),
    // The name that loaders before 1.3.207 know.
    VK_ICD_FILENAMES: files.join(":"),
    XDG_RUNTIME_DIR: runtimeFolder(),
  };
}

/** A user's runtime folder; any folder will do, and without one Mesa complains. */
function runtimeFolder(): string {
  return Deno.env.get("XDG_RUNTIME_DIR") || tmpdir();
}
