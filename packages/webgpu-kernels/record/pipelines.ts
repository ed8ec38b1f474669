/** Compute pipelines, made once per device and kept as long as the device lives. */
import type { Tuning } from "../plan/tuning.ts";
import type { StorageType } from "../tensors/gpu_tensor.ts";
import { type Bindings, bindingsOf } from "../wgsl/bindings.ts";
import { type KernelName, kernels, snippetsOf } from "../wgsl/kernels.ts";
import type { PackWidth } from "../wgsl/prelude.ts";

/** A kernel for one storage and pack width. */
export interface Variant {
  readonly kernel: KernelName;
  readonly storage: StorageType;
  readonly width: PackWidth;
  readonly tuning: Tuning;
}

/** A pipeline, and what its bind groups need. */
export interface KernelPipeline extends Bindings {
  readonly pipeline: GPUComputePipeline;
  /** Of the state and, where it binds any, of the tensors. */
  readonly layouts: readonly GPUBindGroupLayout[];
}

const caches = new WeakMap<GPUDevice, Map<string, KernelPipeline>>();

/** The pipeline of a variant; compiled at once if it was not prepared. */
export function pipelineFor(device: GPUDevice, variant: Variant): KernelPipeline {
  const cache = cacheOf(device);
  const key = keyOf(variant);
  const known = cache.get(key);
  if (known) return known;
  const { descriptor, ...bound } = describe(device, variant, key);
  const made = { pipeline: device.createComputePipeline(descriptor), ...bound };
  cache.set(key, made);
  return made;
}

/** Compiles variants without blocking, so that the first step need not. */
export async function preparePipelines(
  device: GPUDevice,
  variants: readonly Variant[],
): Promise<void> {
  const cache = cacheOf(device);
  await Promise.all(variants.map(async (variant) => {
    const key = keyOf(variant);
    if (cache.has(key)) return;
    const { descriptor, ...bound } = describe(device, variant, key);
    cache.set(key, { pipeline: await device.createComputePipelineAsync(descriptor), ...bound });
  }));
}

function cacheOf(device: GPUDevice): Map<string, KernelPipeline> {
  const known = caches.get(device);
  if (known) return known;
  const cache = new Map<string, KernelPipeline>();
  caches.set(device, cache);
  return cache;
}

function keyOf({ kernel, storage, width, tuning }: Variant): string {
  const threads = Object.values(constantsOf(kernel, tuning)).join("x");
  return `${kernel} ${storage} ${width} ${threads}`;
}

function describe(
  device: GPUDevice,
  variant: Variant,
  key: string,
): Omit<KernelPipeline, "pipeline"> & { descriptor: GPUComputePipelineDescriptor } {
  const label = `renorm ${key}`;
  const { kernel, storage, width } = variant;
  const code = snippetsOf(kernel, storage, width, device.features.has("subgroups")).join("");
  const { state, tensors } = bindingsOf(code);
  const layout = (buffers: { binding: number; type: GPUBufferBindingType }[]) =>
    device.createBindGroupLayout({
      label,
      entries: buffers.map(({ binding, type }) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type, hasDynamicOffset: type === "uniform" },
      })),
    });
  const layouts = [layout([{ binding: 0, type: "uniform" }, ...state])];
  if (tensors.length > 0) layouts.push(layout([...tensors]));
  const descriptor: GPUComputePipelineDescriptor = {
    label,
    layout: device.createPipelineLayout({ label, bindGroupLayouts: layouts }),
    compute: {
      module: device.createShaderModule({ label, code }),
      entryPoint: "main",
      constants: constantsOf(kernel, variant.tuning),
    },
  };
  return { descriptor, state, tensors, layouts };
}

/** The threads of a kernel, as the constants of its WGSL. */
export function constantsOf(kernel: KernelName, tuning: Tuning): Record<string, number> {
  switch (kernels[kernel].threads) {
    case "lanes":
      return { LANES: tuning.lanes };
    case "rows":
      return { COLUMNS: tuning.columns, LANES: tuning.rows };
    case "merge":
      return { LANES: tuning.mergeLanes };
  }
}
