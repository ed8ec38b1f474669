/** Compute pipelines, made once per device and kept as long as the device lives. */
import { type Binding, type Kernel, type KernelName, kernels } from "./kernels.ts";
import type { Tuning } from "./tuning.ts";
import { paramsWgsl } from "./wgsl/params.ts";
import { type PackWidth, preludeWgsl, type StorageType } from "./wgsl/prelude.ts";
import { subgroupMergeWgsl, treeMergeWgsl } from "./wgsl/workgroup_merge.ts";

/** A kernel for one storage and pack width. */
export interface Variant {
  readonly kernel: KernelName;
  readonly storage: StorageType;
  readonly width: PackWidth;
  readonly tuning: Tuning;
}

/** A pipeline with the layouts that its bind groups need. */
export interface KernelPipeline {
  readonly pipeline: GPUComputePipeline;
  readonly stateLayout: GPUBindGroupLayout;
  readonly tensorLayout: GPUBindGroupLayout | null;
}

const caches = new WeakMap<GPUDevice, Map<string, KernelPipeline>>();

/** The pipeline of a variant; compiled at once if it was not prepared. */
export function pipelineFor(device: GPUDevice, variant: Variant): KernelPipeline {
  const cache = cacheOf(device);
  const key = keyOf(variant);
  const known = cache.get(key);
  if (known) return known;
  const { descriptor, stateLayout, tensorLayout } = describe(device, variant);
  const made = { pipeline: device.createComputePipeline(descriptor), stateLayout, tensorLayout };
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
    const { descriptor, stateLayout, tensorLayout } = describe(device, variant);
    const pipeline = await device.createComputePipelineAsync(descriptor);
    cache.set(key, { pipeline, stateLayout, tensorLayout });
  }));
}

/** The WGSL of a variant, whole. */
export function wgslOf(
  { kernel, storage, width }: Omit<Variant, "tuning">,
  subgroups: boolean,
): string {
  const { parts, merges }: Kernel = kernels[kernel];
  const useSubgroups = merges === "sums" && subgroups;
  return [
    useSubgroups ? "enable subgroups;\n" : "",
    preludeWgsl(storage, width),
    paramsWgsl,
    ...merges === "nothing" ? [] : [useSubgroups ? subgroupMergeWgsl : treeMergeWgsl],
    ...parts,
  ].join("");
}

function cacheOf(device: GPUDevice): Map<string, KernelPipeline> {
  const known = caches.get(device);
  if (known) return known;
  const cache = new Map<string, KernelPipeline>();
  caches.set(device, cache);
  return cache;
}

function keyOf({ kernel, storage, width, tuning }: Variant): string {
  const threads = Object.values(constantsOf(kernels[kernel].threads, tuning)).join("x");
  return `${kernel} ${storage} ${width} ${threads}`;
}

function describe(
  device: GPUDevice,
  variant: Variant,
): Omit<KernelPipeline, "pipeline"> & { descriptor: GPUComputePipelineDescriptor } {
  const label = `renorm ${keyOf(variant)}`;
  const { state, tensors, threads }: Kernel = kernels[variant.kernel];
  const stateLayout = device.createBindGroupLayout({
    label: `${label} state`,
    entries: [
      {
        binding: 0,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: "uniform", hasDynamicOffset: true },
      },
      ...state.map(layoutEntry),
    ],
  });
  const tensorLayout = tensors.length === 0 ? null : device.createBindGroupLayout({
    label: `${label} tensors`,
    entries: tensors.map(layoutEntry),
  });
  const code = wgslOf(variant, device.features.has("subgroups"));
  const descriptor: GPUComputePipelineDescriptor = {
    label,
    layout: device.createPipelineLayout({
      label,
      bindGroupLayouts: tensorLayout ? [stateLayout, tensorLayout] : [stateLayout],
    }),
    compute: {
      module: device.createShaderModule({ label, code }),
      entryPoint: "main",
      constants: constantsOf(threads, variant.tuning),
    },
  };
  return { descriptor, stateLayout, tensorLayout };
}

function layoutEntry({ binding, access }: Binding<string>): GPUBindGroupLayoutEntry {
  return { binding, visibility: GPUShaderStage.COMPUTE, buffer: { type: access } };
}

function constantsOf(threads: Kernel["threads"], tuning: Tuning): Record<string, number> {
  switch (threads) {
    case "lanes":
      return { LANES: tuning.lanes };
    case "rows":
      return { COLUMNS: tuning.columns, LANES: tuning.rows };
    case "merge":
      return { LANES: tuning.mergeLanes };
  }
}
