/** What a user of `@renorm/jax-js` writes: the function in a step under `jit`. */
import * as jax from "@jax-js/jax";
import { type NormParams, type NormState, renormFunctions } from "@renorm/jax-js";
import { linearWarmup } from "@renorm/schedule";
import { learningRate, limits, type Losses, shape, steps, target, x } from "./problem.ts";

const { numpy: np, tree } = jax;
const { batchRenorm, initialParams, initialState } = renormFunctions(jax);

/** Trains γ and β on the CPU, and on the GPU where it is wanted. */
export async function train(gpu?: GPU): Promise<Losses> {
  const losses: Record<string, readonly number[]> = { cpu: await trainOn("cpu") };
  if (gpu) losses.gpu = await trainOn("webgpu");
  return losses;
}

async function trainOn(device: jax.Device): Promise<number[]> {
  if (!(await jax.init(device)).includes(device)) throw new Error(`expected ${device}: got none`);
  jax.defaultDevice(device);
  const schedule = linearWarmup(limits);
  const loss = (params: NormParams, state: NormState, x: jax.Array, wanted: jax.Array) => {
    const [y, next] = batchRenorm(x, params, state, schedule);
    return [np.square(y.sub(wanted)).mean(), next] as [jax.Array, NormState];
  };
  const lossAndGradients = jax.jit(jax.valueAndGrad(loss, { hasAux: true }));
  const move = (p: jax.Array, gradient: jax.Array) => p.sub(gradient.mul(learningRate));
  const array = (values: Float32Array<ArrayBuffer>) => np.array(values, { shape });

  let params: NormParams = initialParams(shape[1]);
  let state = initialState(shape[1]);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const given = [tree.ref(params), state, array(x), array(target)] as const;
    const [[value, next], gradients] = lossAndGradients(...given);
    losses.push(await value.jsAsync());
    params = tree.map(move, params, gradients) as NormParams;
    state = next as NormState;
  }
  tree.dispose([params, state]);
  return losses;
}
