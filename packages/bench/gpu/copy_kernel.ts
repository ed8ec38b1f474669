/** The ceiling: a kernel that copies a buffer, cut in the way that is fastest on this adapter. */
import { type Contestant, medians, recorded } from "./timing.ts";

const code = /* wgsl */ `
override LANES: u32 = 64u;
override SPAN: u32 = 256u;
@group(0) @binding(0) var<storage, read> source: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> target_: array<vec4<f32>>;
@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) lane: u32,
) {
  let start = (group.y * groups.x + group.x) * SPAN;
  let end = min(start + SPAN, arrayLength(&source));
  for (var i = start + lane; i < end; i += LANES) { target_[i] = source[i]; }
}`;

/** The fastest copy of \`bytes\` from one buffer to another. */
export async function bestCopy(
  device: GPUDevice,
  source: GPUBuffer,
  target: GPUBuffer,
  bytes: number,
): Promise<Contestant> {
  const label = "bench copy";
  const module = device.createShaderModule({ label, code });
  const candidates: Record<string, Contestant> = {};
  for (const lanes of [8, 16, 32, 64, 256]) {
    for (const span of [256, 1024]) {
      const pipeline = device.createComputePipeline({
        label,
        layout: "auto",
        compute: { module, entryPoint: "main", constants: { LANES: lanes, SPAN: span } },
      });
      const size = bytes;
      const group = device.createBindGroup({
        label,
        layout: pipeline.getBindGroupLayout(0),
        entries: [source, target].map((buffer, binding) => ({
          binding,
          resource: { buffer, size },
        })),
      });
      const groups = Math.ceil(bytes / 16 / span);
      const rows = Math.ceil(groups / 65_535);
      candidates[`${lanes} ${span}`] = recorded(device, (encoder) => {
        const pass = encoder.beginComputePass({ label });
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(Math.ceil(groups / rows), rows);
        pass.end();
      });
    }
  }
  const times = await medians(candidates, 3);
  const [best] = Object.entries(times).sort(([, a], [, b]) => a - b)[0];
  return candidates[best];
}
