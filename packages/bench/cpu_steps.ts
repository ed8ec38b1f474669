/**
 * The training steps that are compared on the CPU: ours in both layouts, our batch norm, jax-js.
 */
import { BatchNorm2d, BatchRenorm2d, type Tensor } from "@renorm/core-math";
import type { JaxArray } from "@renorm/jax-js";
import { randomTensor, seededRandom } from "@renorm/testing/random_tensor";
import { blockUntilReady, defaultDevice, init, numpy as np, tree } from "@jax-js/jax";
import { jaxRenormStep, start } from "./jax_renorm_step.ts";

/** The shapes that are measured. */
export const shapes: readonly (readonly number[])[] = [[8, 64, 32, 32], [2, 64, 56, 56]];

const limits = { rmax: 3, dmax: 5 };

/** A forward and backward of each contestant. */
export interface CpuSteps {
  readonly batchRenorm: () => void;
  readonly batchRenormChannelsLast: () => void;
  readonly batchNorm: () => void;
  readonly jaxJs: () => Promise<void>;
}

/** Makes the steps for a shape `[n, c, h, w]`; checks first that jax-js computes what we do. */
export async function cpuSteps(shape: readonly number[]): Promise<CpuSteps> {
  await init("wasm");
  defaultDevice("wasm");
  const random = seededRandom(1);
  const [x, dy] = [randomTensor(shape, random), randomTensor(shape, random)];
  const [n, c, h, w] = shape;
  const last = (t: Tensor): Tensor => ({ data: t.data, shape: [n, h, w, c] });
  const renorm = ownStep(BatchRenorm2d, x, dy, "channels-first");
  const jax = jaxStep(x, dy);
  renorm.step();
  const [y, dx] = await jax.read();
  checkEqual(y, renorm.y.data, "y");
  checkEqual(dx, renorm.dx.data, "dx");
  return {
    batchRenorm: renorm.step,
    batchRenormChannelsLast: ownStep(BatchRenorm2d, last(x), last(dy), "channels-last").step,
    batchNorm: ownStep(BatchNorm2d, x, dy, "channels-first").step,
    jaxJs: jax.step,
  };
}

/** One training step of our layer, writing into tensors that are there. */
function ownStep(
  Layer: typeof BatchNorm2d | typeof BatchRenorm2d,
  x: Tensor,
  dy: Tensor,
  layout: "channels-first" | "channels-last",
): { step: () => void; y: Tensor; dx: Tensor } {
  const options = Layer === BatchRenorm2d ? { ...limits, warmupSteps: 0, layout } : { layout };
  const layer = new Layer(64, options);
  const y = { data: new Float32Array(x.data.length), shape: x.shape };
  const dx = { data: new Float32Array(x.data.length), shape: x.shape };
  const step = () => {
    layer.forward(x, { out: y });
    layer.backward(dy, { out: dx });
  };
  return { step, y, dx };
}

/** One training step of jax-js, waited for: it is lazy, and would else compute nothing. */
function jaxStep(
  x: Tensor,
  dy: Tensor,
): { step: () => Promise<void>; read: () => Promise<Float32Array[]> } {
  const compiled = jaxRenormStep("channels-first");
  const array = ({ data, shape }: Tensor): JaxArray =>
    np.array(data as Float32Array<ArrayBuffer>, { shape: [...shape] });
  const [input, gradient] = [array(x), array(dy)];
  const { params, state: first } = start(x.shape[1]);
  let state = first;
  function run(): readonly JaxArray[] {
    const given = compiled(input.ref, tree.ref(params), state, gradient.ref);
    state = given.state;
    return given.outputs;
  }
  async function step(): Promise<void> {
    const outputs = run();
    await blockUntilReady(tree.ref([...outputs, ...Object.values(state)]));
    tree.dispose([...outputs]);
  }
  async function read(): Promise<Float32Array[]> {
    return await Promise.all(run().map(async (output) => await output.data() as Float32Array));
  }
  return { step, read };
}

/** Both must compute the same before their times are compared. */
function checkEqual(actual: Float32Array, expected: Float32Array, name: string): void {
  const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - actual[i])), 0);
  if (!(worst < 1e-4)) throw new Error(`jax-js and core-math differ by ${worst} in ${name}`);
}
