/** The functions of `@renorm/jax-js` under the golden cases, on the current device of jax-js. */
import type { Layout, Tensor } from "@renorm/core-math";
import {
  type BatchNormOptions,
  type BatchRenormOptions,
  type JaxArray,
  type NormParams,
  type NormState,
  renormFunctions,
  type RenormLimits,
} from "@renorm/jax-js";
import { limitsAt, linearWarmup, type LinearWarmupOptions } from "@renorm/schedule";
import * as jax from "@jax-js/jax";
import type { GoldenCase } from "../golden_case.ts";
import type { CaseLayer, StepMask, StepOutput } from "../run_case.ts";

const { lax, numpy: np, tree } = jax;
const { batchNorm, batchNormInference, batchRenorm } = renormFunctions(jax);

type Forward = (
  x: JaxArray,
  params: NormParams,
  state: NormState,
  limits: RenormLimits,
  mask: Masks,
) => [y: JaxArray, state: NormState];

/** The mask of a step, where it has one. */
type Masks = { mask?: JaxArray };

/** Makes a layer of a case: the pure functions, with their gradients, under `jit`. */
export function createJaxLayer(golden: GoldenCase, layout: Layout): CaseLayer {
  const { config, initial, kind } = golden;
  const isTracked = config.trackRunningStats !== false;
  const options = { layout, ...pick(config, ["eps", "momentum"]) };
  const schedule = linearWarmup(
    pick(config, ["rmax", "dmax", "warmupSteps"]) as LinearWarmupOptions,
  );
  const params: NormParams = config.affine === false
    ? {}
    : { weight: vector(initial.weight), bias: vector(initial.bias) };
  let numBatchesTracked = initial.numBatchesTracked;
  let state: NormState = {
    runningMean: vector(initial.runningMean),
    runningVar: vector(initial.runningVar),
    numBatchesTracked: np.array(numBatchesTracked, { dtype: np.int32 }),
  };

  const train: Forward = (x, params, state, limits, mask) =>
    kind === "batch_renorm"
      ? batchRenorm(x, params, state, limits, { ...options, ...mask } as BatchRenormOptions)
      : batchNorm(x, params, state, { ...options, ...mask } as BatchNormOptions);
  const trainWithGradients = withGradients(train);
  const inferWithGradients = withGradients((x, params, state, _, mask) => [
    batchNormInference(x, params, tree.ref(state), { layout, ...pick(config, ["eps"]), ...mask }),
    // jax-js cannot give back an argument as it is beside a gradient.
    tree.map(lax.stopGradient, state) as NormState,
  ]);

  return {
    async step(
      training: boolean,
      x: Tensor,
      dy: Tensor | null,
      mask?: StepMask,
    ): Promise<StepOutput> {
      const masks: Masks = mask ? { mask: flags(mask) } : {};
      const limits = limitsAt(schedule, numBatchesTracked + 1);
      const used = kind === "batch_renorm" ? limits : {};
      // Less than two values under a mask are no batch, and are not counted.
      const isBatch = !mask || mask.data.filter((flag) => flag === 1).length > 1;
      if (training && isBatch) numBatchesTracked++;
      if (!dy) {
        // A step that is there to move the statistics: nothing is read, since reads from a GPU
        // wait.
        const [y, next] = train(tensor(x), tree.ref(params), state, limits, masks);
        y.dispose();
        state = next;
        return { numBatchesTracked, ...used };
      }
      const run = training || !isTracked ? trainWithGradients : inferWithGradients;
      const [[dx, gradients], [output, next]] = run(
        tensor(x),
        tree.ref(params),
        state,
        limits,
        masks,
        tensor(dy),
      );
      state = next;
      const [y, dxValues, dWeight, dBias, runningMean, runningVar, count] = await Promise.all([
        read(output),
        read(dx),
        read(gradients.weight),
        read(gradients.bias),
        read(isTracked ? state.runningMean.ref : undefined),
        read(isTracked ? state.runningVar.ref : undefined),
        read(state.numBatchesTracked.ref),
      ]);
      const statistics = { runningMean, runningVar, numBatchesTracked: count![0] };
      return { y, dx: dxValues, dWeight, dBias, ...statistics, ...used };
    },
    close() {
      tree.dispose([params, state]);
      trainWithGradients.dispose();
      inferWithGradients.dispose();
    },
  };
}

/** A forward with the gradients of `Σ y·dy`, whose gradient to y is dy. */
function withGradients(forward: Forward) {
  const loss = (
    x: JaxArray,
    params: NormParams,
    state: NormState,
    limits: RenormLimits,
    masks: Masks,
    dy: JaxArray,
  ): [JaxArray, ReturnType<Forward>] => {
    const [y, next] = forward(x, params, state, limits, masks);
    return [y.ref.mul(dy).sum(), [y, next]];
  };
  return jax.jit(jax.grad(loss, { argnums: [0, 1], hasAux: true }));
}

/** The options of these names, as far as they are there. */
function pick(config: GoldenCase["config"], names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).filter(([name]) => names.includes(name)));
}

function vector(values: readonly number[]): JaxArray {
  return np.array(Float32Array.from(values));
}

function tensor({ data, shape }: Tensor): JaxArray {
  return np.array(data as Float32Array<ArrayBuffer>, { shape: [...shape] });
}

function flags({ data, shape }: StepMask): JaxArray {
  return np.array(Float32Array.from(data, Number), { shape: [...shape] }).greater(0);
}

async function read(array: JaxArray | undefined): Promise<Float32Array | null> {
  return array ? await array.data() as Float32Array : null;
}
