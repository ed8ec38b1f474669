/** Compute pipelines, made once per device and kept as long as the device lives. */
import type { Tuning } from "../plan/tuning.ts";
import type { StorageType } from "../tensors/gpu_tensor.ts";
import { type Binding, bindingsOf } from "../wgsl/read_bindings.ts";
import { type KernelName, kernels, snippetsOf } from "../wgsl/kernels.ts";
import type { PackWidth } from "../wgsl/prelude.ts";

/** A kernel for one storage and pack width. */
export interface Variant {
  readonly kernel: KernelName;
  readonly storage: StorageType;
  readonly width: PackWidth;
  readonly tuning: Tuning;
}

/** What a kernel's pipeline and bind groups are made of. */
interface CompiledKernel {
  readonly descriptor: GPUComputePipelineDescriptor;
  readonly groups: readonly {
    readonly layout: GPUBindGroupLayout;
    readonly bindings: readonly Binding[];
  }[];
  /** Once it is compiled. */
  pipeline?: GPUComputePipeline;
}

const caches = new WeakMap<GPUDevice, Map<string, CompiledKernel>>();

/** The pipeline of a variant; compiled at once if it was not prepared. */
export function pipelineFor(device: GPUDevice, variant: Variant): Required<CompiledKernel> {
  const kernel = describe(device, variant);
  const pipeline = kernel.pipeline ??= device.createComputePipeline(kernel.descriptor);
  return { ...kernel, pipeline };
}

/** Compiles variants without blocking, so that the first step need not. */
export async function preparePipelines(
  device: GPUDevice,
  variants: readonly Variant[],
): Promise<void> {
  await Promise.all(variants.map(async (variant) => {
    const kernel = describe(device, variant);
    kernel.pipeline ??= await device.createComputePipelineAsync(kernel.descriptor);
  }));
}

/** The modules and layouts of a variant, made once. */
function describe(device: GPUDevice, variant: Variant): CompiledKernel {
  const { kernel, storage, width, tuning } = variant;
  const constants = constantsOf(kernel, tuning);
  const label = `renorm ${kernel} ${storage} ${width} ${Object.values(constants).join("x")}`;
  const cache = caches.get(device) ?? new Map<string, CompiledKernel>();
  caches.set(device, cache);
  const known = cache.get(label);
  if (known) return known;
  const code = snippetsOf(kernel, storage, width, device.features.has("subgroups")).join("");
  const groups = bindingsOf(code).map((bindings) => ({
    bindings,
    layout: device.createBindGroupLayout({
      label,
      entries: bindings.map(({ binding, type }) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type, hasDynamicOffset: type === "uniform" },
      })),
    }),
  }));
  const bindGroupLayouts = groups.map(({ layout }) => layout);
  const descriptor: GPUComputePipelineDescriptor = {
    label,
    layout: device.createPipelineLayout({ label, bindGroupLayouts }),
    compute: { module: device.createShaderModule({ label, code }), entryPoint: "main", constants },
  };
  const made = { descriptor, groups };
  cache.set(label, made);
  return made;
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
