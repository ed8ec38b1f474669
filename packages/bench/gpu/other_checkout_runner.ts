/**
 * Times the kernels of this checkout beside those of another, interleaved on this process's
 * adapter; a JSON line a shape and layout. Started by `main.ts`.
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Layout } from "@renorm/core-math";
import { shapeIn } from "@renorm/testing/layout";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import * as ours from "@renorm/webgpu-kernels";
import { requestTestDevice } from "@renorm/testing/gpu/request_device";
import { processorTime } from "../processor_time.ts";
import { recorded } from "./timing.ts";

/** How long ours takes beside the other, as medians of the ratios of neighbouring runs. */
export interface AgainstRow {
  readonly shape: readonly number[];
  readonly layout: Layout;
  readonly forward: number;
  readonly backward: number;
}

async function compare(
  device: GPUDevice,
  other: typeof ours,
  shape: readonly number[],
  layout: Layout,
  rounds: number,
): Promise<AgainstRow> {
  const random = seededRandom(1);
  const values = [0, 1].map(() => randomTensor(shapeIn(layout, shape), random));
  const [x, dy, y, dx] = [...values, ...values].map((tensor) => ours.upload(device, tensor));
  const [one, two] = [ours, other].map(({ GpuBatchRenorm }) => {
    const layer = new GpuBatchRenorm(device, shape[1], { layout });
    return {
      forward: recorded(device, (encoder) => layer.forward(encoder, x, y)),
      backward: recorded(device, (encoder) => layer.backward(encoder, dy, dx)),
    };
  });
  const ratio = async (operation: "forward" | "backward") => {
    const time = async (run: (repeats: number) => Promise<void>, repeats: number) => {
      const start = processorTime();
      await run(repeats);
      return processorTime() - start;
    };
    for (const { forward, [operation]: run } of [one, two]) {
      await forward(1);
      await run(1);
    }
    const repeats = Math.max(1, Math.min(200, Math.round(450 / await time(two[operation], 3))));
    const ratios: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const order = round % 2 === 0 ? [one, two] : [two, one];
      const times = new Map<typeof one, number>();
      for (const side of order) times.set(side, await time(side[operation], repeats));
      ratios.push(times.get(one)! / times.get(two)!);
    }
    return ratios.sort((a, b) => a - b)[rounds >> 1];
  };
  const [forward, backward] = [await ratio("forward"), await ratio("backward")];
  for (const { buffer } of [x, dy, y, dx]) buffer.destroy();
  return { shape, layout, forward, backward };
}

const { folder, shapes, rounds } = JSON.parse(Deno.args[0]) as {
  folder: string;
  shapes: number[][];
  rounds: number;
};
const path = resolve(folder, "packages/webgpu-kernels/mod.ts");
const other: typeof ours = await import(pathToFileURL(path).href);
const device = await requestTestDevice(navigator.gpu);
for (const shape of shapes) {
  for (const layout of ["channels-first", "channels-last"] as const) {
    console.log(JSON.stringify(await compare(device, other, shape, layout, rounds)));
  }
}
Deno.exit(0);
