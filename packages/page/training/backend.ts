import { useFastCpuKernels } from "@renorm/experiments/training/fast_cpu_kernels";
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-webgpu";
import type { BackendWish, CpuReason, RunningBackend } from "./backend_wish.ts";

/** Sets TensorFlow.js' backend by the wish, and calls `onLost` when its device is gone. */
export async function chooseBackend(
  wish: BackendWish,
  onLost: (reason: string) => void,
): Promise<RunningBackend> {
  tf.enableProdMode();
  if (wish === "cpu") return await takeCpu(null);
  // Where there is no WebGPU, there is no such property.
  const gpu = navigator.gpu as GPU | undefined;
  if (!gpu) return await takeCpu(isSecureContext ? "no WebGPU" : "no https");
  // As TensorFlow.js will ask, so that it gets the same.
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) return await takeCpu("no adapter");
  const inWords = describe(adapter.info);
  // In software WebGPU is several times slower than the cpu backend.
  if (wish === "auto" && isSoftware(adapter.info)) {
    return await takeCpu("software adapter", inWords);
  }
  if (!await tf.setBackend("webgpu")) return await takeCpu("backend failed", inWords);
  deviceOfBackend().lost.then(({ reason, message }) => onLost(message || reason));
  return { name: "webgpu", adapter: inWords, reason: null };
}

async function takeCpu(reason: CpuReason | null, adapter = ""): Promise<RunningBackend> {
  await tf.setBackend("cpu");
  useFastCpuKernels();
  return { name: "cpu", adapter, reason };
}

/** Software adapters by name, for browsers that do not say `isFallbackAdapter`. */
const softwareAdapters = ["swiftshader", "llvmpipe"];

function isSoftware({ isFallbackAdapter, architecture }: GPUAdapterInfo): boolean {
  return isFallbackAdapter || softwareAdapters.includes(architecture);
}

function describe({ description, vendor, architecture }: GPUAdapterInfo): string {
  return description || [vendor, architecture].filter((part) => part !== "").join(" ");
}

/** TensorFlow.js' types do not name the device of its backend. */
function deviceOfBackend(): GPUDevice {
  return (tf.backend() as unknown as { readonly device: GPUDevice }).device;
}
