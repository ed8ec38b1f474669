/** Looks at the adapter of this process and lets a real kernel run on it. Prints JSON. */

/** What the probe found. */
export interface Probe {
  readonly runtime: string;
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
  /** Whether the kernel's numbers were right, one by one. */
  readonly computes: boolean;
}

const shownLimits = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
  "minStorageBufferOffsetAlignment",
] as const;

/** Probes the adapter of this process. */
export async function probeAdapter(): Promise<Probe> {
  const adapter = await navigator.gpu?.requestAdapter();
  if (!adapter) throw new Error("expected a WebGPU adapter: got none");
  const device = await adapter.requestDevice({ label: "renorm doctor" });
  const { vendor, architecture, device: name, description } = adapter.info;
  const computes = await computesSquares(device);
  device.destroy();
  return {
    runtime: `Deno ${Deno.version.deno}, ${Deno.build.os} ${Deno.build.arch}`,
    vendor,
    architecture,
    device: name,
    description,
    features: [...adapter.features].sort(),
    limits: Object.fromEntries(shownLimits.map((limit) => [limit, adapter.limits[limit]])),
    computes,
  };
}

/** Dispatches a kernel that writes `i² + 1` and checks each number. */
async function computesSquares(device: GPUDevice): Promise<boolean> {
  const count = 1000;
  device.pushErrorScope("validation");
  const code = /* wgsl */ `
    @group(0) @binding(0) var<storage, read_write> squares: array<f32>;
    @compute @workgroup_size(64)
    fn main(@builtin(global_invocation_id) id: vec3<u32>) {
      if (id.x < arrayLength(&squares)) { squares[id.x] = f32(id.x * id.x + 1u); }
    }`;
  const label = "renorm doctor";
  const pipeline = device.createComputePipeline({
    label,
    layout: "auto",
    compute: { module: device.createShaderModule({ label, code }), entryPoint: "main" },
  });
  const { STORAGE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
  const size = 4 * count;
  const squares = device.createBuffer({ label, size, usage: STORAGE | COPY_SRC });
  const staging = device.createBuffer({ label, size, usage: COPY_DST | MAP_READ });
  const group = device.createBindGroup({
    label,
    layout: pipeline.getBindGroupLayout(0),
    entries: [{ binding: 0, resource: { buffer: squares } }],
  });
  const encoder = device.createCommandEncoder({ label });
  const pass = encoder.beginComputePass({ label });
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, group);
  pass.dispatchWorkgroups(Math.ceil(count / 64));
  pass.end();
  encoder.copyBufferToBuffer(squares, 0, staging, 0, size);
  device.queue.submit([encoder.finish()]);
  if (await device.popErrorScope()) return false;
  await staging.mapAsync(GPUMapMode.READ);
  return new Float32Array(staging.getMappedRange()).every((value, i) => value === i * i + 1);
}

if (import.meta.main) console.log(JSON.stringify(await probeAdapter()));
