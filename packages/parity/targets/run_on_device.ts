/** The golden cases on a device, in whatever runtime has one. */
import type { StorageType } from "@renorm/webgpu-kernels";
import { fitsFloat16, inFloat16 } from "../float16_case.ts";
import type { GoldenCase } from "../golden_case.ts";
import { type ParityResult, runCases } from "../run_cases.ts";
import { createCpuLayer } from "./cpu_target.ts";
import { gpuLayerFactory } from "./gpu_target.ts";

/** Factor of the tolerance rule for float32 on a GPU. */
const gpuFactor = 4;

/**
 * Runs all cases on a device, in float32 and, where the device has `shader-f16`, in float16. A
 * float16 case is the same one with its inputs rounded, and what the CPU reference makes of them.
 */
export async function* runOnDevice(
  cases: readonly GoldenCase[],
  target: string,
  device: GPUDevice,
): AsyncIterable<ParityResult> {
  yield* runCases(cases, target, gpuLayerFactory(device), gpuFactor);
  if (!device.features.has("shader-f16")) return;
  const storage: StorageType = "float16";
  const rounded = await Promise.all(cases.map((golden) => inFloat16(golden, createCpuLayer)));
  yield* runCases(
    rounded.filter(fitsFloat16),
    `${target} ${storage}`,
    gpuLayerFactory(device, storage),
    gpuFactor,
    storage,
  );
}
