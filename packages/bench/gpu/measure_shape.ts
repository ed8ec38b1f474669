/** Our kernels beside a copy and their peers, with tensors of one shape. */
import { BatchRenorm2d, type Layout, type Tensor } from "@renorm/core-math";
import { shapeIn, valuesIn } from "@renorm/testing/layout";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import {
  download,
  GpuBatchNorm,
  GpuBatchRenorm,
  type GpuTensor,
  upload,
} from "@renorm/webgpu-kernels";
import { bestCopy } from "./copy_kernel.ts";
import { type Contestant, medians, recorded } from "./timing.ts";

/** Medians of a shape in milliseconds, and the host's time to record a step in microseconds. */
export interface GpuRow {
  readonly shape: readonly number[];
  readonly milliseconds: Readonly<Record<string, number>>;
  readonly encodeMicroseconds: number;
}

/** Something to time beside ours. */
export interface Peer {
  /** As it is named in the result. */
  readonly name: string;
  /** The layouts in which it is timed. */
  readonly layouts: readonly Layout[];
  /** Its forward, and forward with backward; `dispose` frees what they hold. */
  steps(
    shape: readonly number[],
    layout: Layout,
    x: Float32Array,
    dy: Float32Array,
  ): { forward: Contestant; both: Contestant; dispose: () => void };
}

/** Times our kernels, the fastest copy and some peers with tensors of a shape, interleaved. */
export async function measureShape(
  device: GPUDevice,
  shape: readonly number[],
  rounds: number,
  peers: readonly Peer[],
): Promise<GpuRow> {
  const random = seededRandom(1);
  const [x, dy] = [randomTensor(shape, random), randomTensor(shape, random)];
  const isFlat = shape.length === 2;
  const last = {
    x: valuesIn("channels-last", x.data, shape),
    dy: valuesIn("channels-last", dy.data, shape),
  };
  const lastShape = shapeIn("channels-last", shape);
  const expected = referenceOutput(x);
  const cleanups: (() => void)[] = [];
  const contestants: Record<string, Contestant> = {};

  let encodeMicroseconds = 0;
  for (
    const layout of (isFlat ? ["channels-first"] : ["channels-first", "channels-last"]) as Layout[]
  ) {
    const isLast = layout === "channels-last";
    const tensor = (values: Float32Array): GpuTensor => {
      const made = upload(device, { data: values, shape: isLast ? lastShape : shape });
      cleanups.push(() => made.buffer.destroy());
      return made;
    };
    const [gpuX, gpuDy] = isLast
      ? [tensor(last.x), tensor(last.dy)]
      : [tensor(x.data), tensor(dy.data)];
    const [y, dx] = [tensor(x.data), tensor(x.data)];
    const short = isLast ? "NHWC" : "NCHW";
    for (const Layer of [GpuBatchRenorm, GpuBatchNorm]) {
      const name = Layer === GpuBatchRenorm ? "batch renorm" : "batch norm";
      const layer = Layer === GpuBatchRenorm
        ? new GpuBatchRenorm(device, shape[1], { layout, warmupSteps: 0 })
        : new GpuBatchNorm(device, shape[1], { layout });
      const inference = new Layer(device, shape[1], { layout }).eval();
      cleanups.push(() => layer.destroy(), () => inference.destroy());
      const both = (encoder: GPUCommandEncoder) => {
        layer.forward(encoder, gpuX, y);
        layer.backward(encoder, gpuDy, dx);
      };
      // Checked before it is timed.
      await recorded(device, (encoder) => layer.forward(encoder, gpuX, y, { updateStats: false }))(
        1,
      );
      if (Layer === GpuBatchRenorm) {
        checkNear(
          await download(device, y),
          isLast ? valuesIn(layout, expected, shape) : expected,
          short,
        );
      }
      contestants[`${name} forward ${short}`] = recorded(
        device,
        (encoder) => layer.forward(encoder, gpuX, y),
      );
      contestants[`${name} both ${short}`] = recorded(device, both);
      if (Layer === GpuBatchRenorm) {
        contestants[`inference ${short}`] = recorded(
          device,
          (encoder) => inference.forward(encoder, gpuX, y),
        );
        encodeMicroseconds = Math.max(encodeMicroseconds, encodeTime(device, both));
      }
    }
    if (!isLast) {
      contestants.copy = await bestCopy(device, gpuX.buffer, y.buffer, 4 * x.data.length);
    }
    for (const { name, layouts, steps } of peers) {
      if (!layouts.includes(layout) && !isFlat) continue;
      const peer = isLast
        ? steps(lastShape, layout, last.x, last.dy)
        : steps(shape, layout, x.data, dy.data);
      cleanups.push(peer.dispose);
      contestants[`${name} forward ${short}`] = peer.forward;
      contestants[`${name} both ${short}`] = peer.both;
    }
  }
  if (!isFlat) {
    const layer = new BatchRenorm2d(shape[1], { warmupSteps: 0 });
    const [y, dx] = [x, x].map((t): Tensor => ({ data: new Float32Array(t.data.length), shape }));
    contestants["core-math both NCHW"] = (repeats) => {
      for (let i = 0; i < repeats; i++) {
        layer.forward(x, { out: y });
        layer.backward(dy, { out: dx });
      }
      return Promise.resolve();
    };
  }
  const milliseconds = await medians(contestants, rounds);
  for (const cleanup of cleanups) cleanup();
  return { shape, milliseconds, encodeMicroseconds };
}

/** y of the reference for a first step with open limits. */
function referenceOutput(x: Tensor): Float32Array {
  const [n, c, ...spatial] = x.shape;
  const shape = [n, c, spatial.reduce((a, b) => a * b, 1), 1];
  return new BatchRenorm2d(c, { warmupSteps: 0 }).forward({ data: x.data, shape }).data;
}

function checkNear({ data }: Tensor, expected: Float32Array, name: string): void {
  const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - data[i])), 0);
  if (!(worst < 1e-4)) throw new Error(`${name} is off by ${worst}; nothing is timed`);
}

/** Median microseconds to record a forward and backward into an encoder. */
function encodeTime(device: GPUDevice, record: (encoder: GPUCommandEncoder) => void): number {
  const times: number[] = [];
  for (let round = 0; round < 9; round++) {
    const encoder = device.createCommandEncoder();
    const start = performance.now();
    for (let i = 0; i < 200; i++) record(encoder);
    times.push((performance.now() - start) * 1000 / 200);
    encoder.finish();
  }
  return times.sort((a, b) => a - b)[4];
}
