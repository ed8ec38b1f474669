/** Times everything on this process's adapter; a JSON line a shape. Started by `main.ts`. */
import { BatchRenorm2d, type Tensor } from "@renorm/core-math";
import { shapeIn, valuesIn } from "@renorm/testing/layout";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import {
  download,
  GpuBatchNorm,
  GpuBatchRenorm,
  type GpuTensor,
  upload,
} from "@renorm/webgpu-kernels";
import { requestTestDevice } from "@renorm/testing/gpu/request_device";
import { bestCopy } from "./copy_kernel.ts";
import { type Contestant, medians, recorded } from "./timing.ts";
import { jaxSteps, startJax } from "./jax_steps.ts";
import { startTfjs, tfjsSteps } from "./tfjs_steps.ts";

/** Medians of a shape in milliseconds, and the host's time to record a step in microseconds. */
export interface GpuRow {
  readonly shape: readonly number[];
  readonly milliseconds: Readonly<Record<string, number>>;
  readonly encodeMicroseconds: number;
}

type Layout = "channels-first" | "channels-last";

async function measure(
  device: GPUDevice,
  shape: readonly number[],
  rounds: number,
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
    const jax = jaxSteps(
      isLast ? lastShape : shape,
      isLast ? "channels-last" : "channels-first",
      isLast ? last.x : x.data,
      isLast ? last.dy : dy.data,
    );
    cleanups.push(jax.dispose);
    contestants[`jax-js forward ${short}`] = jax.forward;
    contestants[`jax-js both ${short}`] = jax.both;
  }
  const tfjs = tfjsSteps(lastShape, last.x, last.dy);
  cleanups.push(tfjs.dispose);
  contestants["tfjs forward NHWC"] = tfjs.forward;
  contestants["tfjs both NHWC"] = tfjs.both;
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

const { shapes, rounds } = JSON.parse(Deno.args[0]) as { shapes: number[][]; rounds: number };
const device = await requestTestDevice(navigator.gpu);
await startTfjs();
await startJax();
for (const shape of shapes) console.log(JSON.stringify(await measure(device, shape, rounds)));
Deno.exit(0);
