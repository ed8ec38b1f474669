/** The WebGPU drivers of this machine, so that a missing GPU is never a reason to test less. */
import { unpackSwiftShader } from "./swiftshader.ts";

/** A driver: its name, and the environment in which a process finds it and no other. */
export interface Driver {
  /** `"native"`, `"llvmpipe"` or `"swiftshader"`. */
  readonly name: string;
  /** Variables to set; read by the Vulkan loader when a process starts. */
  readonly env: Readonly<Record<string, string>>;
}

/** Where Debian's `mesa-vulkan-drivers` describes llvmpipe; the name ends in the architecture. */
const icdFolder = "/usr/share/vulkan/icd.d";

/** Stands in for a user's runtime folder; any folder will do. */
const runtimeFolder = "/tmp";

/** The variable that tells a process for which driver it was started. */
export const driverVariable = "RENORM_GPU_DRIVER";

/**
 * Finds the drivers: what `navigator.gpu` offers by itself if that is a real GPU, Mesa's llvmpipe
 * where it is installed, and SwiftShader from npm, which is always there.
 */
export async function findDrivers(): Promise<Driver[]> {
  const found: Driver[] = [];
  // Mesa complains on standard error without it.
  if (!Deno.env.get("XDG_RUNTIME_DIR")) Deno.env.set("XDG_RUNTIME_DIR", runtimeFolder);
  if (await hasHardware()) found.push({ name: "native", env: {} });
  const llvmpipe = await findLlvmpipe();
  if (llvmpipe) found.push(llvmpipe);
  found.push(await swiftShader());
  return found;
}

async function findLlvmpipe(): Promise<Driver | null> {
  try {
    for await (const { name } of Deno.readDir(icdFolder)) {
      if (/^lvp_icd.*\.json$/.test(name)) {
        return { name: "llvmpipe", env: vulkanEnvironment(`${icdFolder}/${name}`) };
      }
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return null;
}

async function swiftShader(): Promise<Driver> {
  const { icd, folder } = await unpackSwiftShader();
  return { name: "swiftshader", env: { ...vulkanEnvironment(icd), LD_LIBRARY_PATH: folder } };
}

function vulkanEnvironment(icd: string): Record<string, string> {
  return {
    VK_DRIVER_FILES: icd,
    // The name that loaders before 1.3.207 know.
    VK_ICD_FILENAMES: icd,
    XDG_RUNTIME_DIR: Deno.env.get("XDG_RUNTIME_DIR") ?? runtimeFolder,
  };
}

/** Whether this process finds a real GPU with the environment as it is. */
async function hasHardware(): Promise<boolean> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) return false;
  const { description, architecture } = adapter.info;
  return !isSoftware(`${description} ${architecture}`);
}

/** Whether the words an adapter says of itself are those of a driver that runs on the processor. */
export function isSoftware(words: string): boolean {
  return /llvmpipe|swiftshader|lavapipe|warp/i.test(words);
}
