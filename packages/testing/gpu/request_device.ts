/** A device of this process's adapter, in whatever runtime has one. */

/** Deno 2.9 ends the process when a device is asked about an adapter that has been collected. */
const adapters = new WeakMap<GPUDevice, GPUAdapter>();

/** A device with what tests need: half precision where there is any. */
export async function requestTestDevice(gpu: GPU): Promise<GPUDevice> {
  const adapter = await gpu.requestAdapter();
  if (!adapter) throw new Error("expected a WebGPU adapter: got none");
  const wanted: GPUFeatureName[] = ["shader-f16", "subgroups" as GPUFeatureName];
  const requiredFeatures = wanted.filter((feature) => adapter.features.has(feature));
  const device = await adapter.requestDevice({ label: "renorm tests", requiredFeatures });
  adapters.set(device, adapter);
  return device;
}
