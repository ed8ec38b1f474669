import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import { useFastCpuKernels } from "../../experiment/fast_cpu_kernels.ts";

/** What the visitor wants to train on; `"auto"` is WebGPU where it is there and no software. */
export const backendWishes = ["auto", "webgpu", "cpu"] as const;

/** What the visitor wants to train on. */
export type BackendWish = (typeof backendWishes)[number];

/** Why training runs on the CPU though it was not asked to. */
export type CpuReason = "no WebGPU" | "no adapter" | "software adapter" | "backend failed";

/** What training runs on. */
export interface RunningBackend {
  readonly name: "webgpu" | "cpu";
  /** The adapter in words, as far as the browser tells; `""` on the CPU or if it does not. */
  readonly adapter: string;
  /** Null where it is as wished. */
  readonly reason: CpuReason | null;
}

/** Sets TensorFlow.js' backend by the wish, and calls `onLost` when its device is gone. */
export async function chooseBackend(
  wish: BackendWish,
  onLost: (reason: string) => void,
): Promise<RunningBackend> {
  tf.enableProdMode();
  const found = wish === "cpu" ? null : await findAdapter(wish);
  if (typeof found !== "string" && found !== null) {
    if (await tf.setBackend("webgpu")) {
      deviceOfBackend().lost.then(({ reason, message }) => onLost(message || reason));
      return { name: "webgpu", adapter: describe(found.info), reason: null };
    }
  }
  await tf.setBackend("cpu");
  useFastCpuKernels();
  const reason = typeof found === "string" ? found : found === null ? null : "backend failed";
  return { name: "cpu", adapter: "", reason };
}

/** The adapter that TensorFlow.js will take too, or why it should not. */
async function findAdapter(wish: BackendWish): Promise<GPUAdapter | CpuReason> {
  // Where there is no WebGPU, there is no such property.
  const gpu = navigator.gpu as GPU | undefined;
  if (!gpu) return "no WebGPU";
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) return "no adapter";
  // WebGPU in software is several times slower than the cpu backend.
  return isSoftware(adapter) && wish === "auto" ? "software adapter" : adapter;
}

function isSoftware({ info }: GPUAdapter): boolean {
  const { isFallbackAdapter, architecture } = info as GPUAdapterInfo & {
    readonly isFallbackAdapter?: boolean;
  };
  return isFallbackAdapter === true || ["swiftshader", "llvmpipe"].includes(architecture);
}

function describe({ description, vendor, architecture }: GPUAdapterInfo): string {
  return description || [vendor, architecture].filter((part) => part !== "").join(" ");
}

/** TensorFlow.js' types do not name the device of its backend. */
function deviceOfBackend(): GPUDevice {
  return (tf.backend() as unknown as { readonly device: GPUDevice }).device;
}
