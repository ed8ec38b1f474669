/**
 * Checks and times the tried tunings on this process's adapter; a JSON line a shape. Started by
 * `main.ts`.
 */
import { download, encodeBackward, encodeTrainingForward, upload } from "@renorm/webgpu-kernels";
import { batchRenormForward, type Tensor } from "@renorm/core-math";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import { requestTestDevice } from "@renorm/testing/gpu/request_device";
import { NormWorkspace } from "../../webgpu-kernels/record/workspace.ts";
import { type Contestant, medians, recorded } from "./timing.ts";
import { triedTunings } from "./tried_tunings.ts";

/** Medians of the tunings at a shape, forward and backward together. */
export interface TuningsRow {
  readonly shape: readonly number[];
  readonly times: readonly { readonly name: string; readonly idea: string; readonly ms: number }[];
}

async function measure(
  device: GPUDevice,
  shape: readonly number[],
  rounds: number,
): Promise<TuningsRow> {
  const random = seededRandom(1);
  const values = [randomTensor(shape, random), randomTensor(shape, random)];
  const [x, dy, y, dx] = [...values, ...values].map((tensor) => upload(device, tensor));
  const channels = shape[1];
  const tried = triedTunings(device);
  const contestants: Record<string, Contestant> = {};
  for (const { name, tuning } of tried) {
    const workspace = new NormWorkspace(device, channels, name, tuning);
    const [runningMean, runningVar] = [0, 1].map((value) => {
      const data = new Float32Array(channels).fill(value);
      return upload(device, { data, shape: [channels] }).buffer;
    });
    const record = (encoder: GPUCommandEncoder, updateStats = true) => {
      const limits = { rmax: 3, dmax: 5, updateStats };
      encodeTrainingForward(encoder, workspace, { x, y }, { runningMean, runningVar }, limits);
      encodeBackward(encoder, workspace, { dy, dx });
    };
    await recorded(device, (encoder) => record(encoder, false))(1);
    check(await download(device, y), values[0], name);
    contestants[name] = recorded(device, record);
  }
  const times = await medians(contestants, rounds);
  for (const { buffer } of [x, dy, y, dx]) buffer.destroy();
  return { shape, times: tried.map(({ name, idea }) => ({ name, idea, ms: times[name] })) };
}

/** A tuning that is wrong is not timed. */
function check({ data }: Tensor, x: Tensor, name: string): void {
  const channels = x.shape[1];
  const running = {
    runningMean: new Float32Array(channels),
    runningVar: new Float32Array(channels).fill(1),
  };
  const expected = batchRenormForward(x, running).y.data;
  const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - data[i])), 0);
  if (!(worst < 1e-4)) throw new Error(`${name} is off by ${worst}`);
}

const { shapes, rounds } = JSON.parse(Deno.args[0]) as { shapes: number[][]; rounds: number };
const device = await requestTestDevice(navigator.gpu);
for (const shape of shapes) console.log(JSON.stringify(await measure(device, shape, rounds)));
Deno.exit(0);
