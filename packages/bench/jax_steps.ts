/** Batch renorm in jax-js on webgpu under `jit`, in either layout. */
import {
  type Array as JaxArray,
  blockUntilReady,
  defaultDevice,
  init,
  numpy as np,
} from "@jax-js/jax";
import type { Contestant } from "./gpu_timing.ts";
import { jaxRenormForward, jaxRenormStep, type JaxStep } from "./jax_renorm_step.ts";

/** Starts the backend on this process's adapter. */
export async function startJax(): Promise<void> {
  await init("webgpu");
  defaultDevice("webgpu");
}

/** Forward alone, and forward with its gradients, at a shape whose channels stand at `axis`. */
export function jaxSteps(
  shape: readonly number[],
  axis: number,
  x: Float32Array,
  dy: Float32Array,
): { forward: Contestant; both: Contestant; y: () => Promise<Float32Array>; dispose: () => void } {
  const channels = shape[axis];
  const array = (data: Float32Array, dims: readonly number[]): JaxArray =>
    np.array(data as Float32Array<ArrayBuffer>).reshape([...dims]);
  const ones = array(new Float32Array(channels).fill(1), [channels]);
  const zeros = array(new Float32Array(channels), [channels]);
  const [input, gradient] = [array(x, shape), array(dy, shape)];
  const settings = { rmax: 3, dmax: 5, eps: 1e-5, momentum: 0.1, axis, rank: shape.length };
  const inputs = (mean: JaxArray, variance: JaxArray) =>
    [input.ref, ones.ref, zeros.ref, mean, variance, gradient.ref] as const;

  // Running statistics go from step to step, and all outputs are waited for: jax-js is lazy.
  const repeated = (step: JaxStep): Contestant => async (repeats) => {
    let [mean, variance] = [zeros.ref, ones.ref];
    const outputs: JaxArray[] = [];
    for (let i = 0; i < repeats; i++) {
      const given = step(...inputs(mean, variance));
      [mean, variance] = given.slice(-2);
      outputs.push(...given.slice(0, -2));
    }
    await blockUntilReady([...outputs, mean, variance].map((output) => output.ref));
    for (const output of [...outputs, mean, variance]) output.dispose();
  };
  const forward = jaxRenormForward(settings);
  return {
    forward: repeated(forward),
    both: repeated(jaxRenormStep(settings)),
    y: async () => {
      const [y, mean, variance] = forward(...inputs(zeros.ref, ones.ref));
      mean.dispose();
      variance.dispose();
      return await y.data() as Float32Array;
    },
    dispose: () => [ones, zeros, input, gradient].forEach((a) => a.dispose()),
  };
}
