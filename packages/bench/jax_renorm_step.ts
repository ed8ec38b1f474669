/** Batch renorm as a user of jax-js writes it: forward, gradients and moved statistics under `jit`. */
import { type Array as JaxArray, grad, jit, lax, numpy as np } from "@jax-js/jax";

/** Arrays that go into a step: x, weight, bias, running mean and variance, and dy. */
export type StepInputs = readonly [JaxArray, JaxArray, JaxArray, JaxArray, JaxArray, JaxArray];

/** What comes out: y, dx, dWeight, dBias and the moved running statistics. */
export type StepOutputs = JaxArray[];

/** Settings of a step. */
export interface StepSettings {
  readonly rmax: number;
  readonly dmax: number;
  readonly eps: number;
  readonly momentum: number;
  /** Position of the channels in the shape. */
  readonly axis: number;
  readonly rank: number;
}

/** A compiled step. Arrays are counted: a call consumes what it is given. */
export type JaxStep = (...inputs: StepInputs) => StepOutputs;

/** Makes the compiled forward: y and the moved running statistics. */
export function jaxRenormForward(settings: StepSettings): JaxStep {
  return compile((...inputs) => {
    const [sum, outputs] = lossOf(settings)(...inputs);
    sum.dispose();
    return outputs;
  });
}

/** Makes the compiled forward and backward: y, dx, dWeight, dBias and the moved statistics. */
export function jaxRenormStep(settings: StepSettings): JaxStep {
  const gradients = grad(lossOf(settings), { argnums: [0, 1, 2], hasAux: true });
  return compile((...inputs) => {
    const [[dx, dWeight, dBias], [y, movedMean, movedVar]] = gradients(...inputs) as [
      JaxArray[],
      JaxArray[],
    ];
    return [y, dx, dWeight, dBias, movedMean, movedVar];
  });
}

function compile(step: JaxStep): JaxStep {
  return jit(step) as unknown as JaxStep;
}

/** `Σ y·dy`, whose gradient to y is dy, beside y and the moved statistics. */
function lossOf(settings: StepSettings): (...inputs: StepInputs) => [JaxArray, JaxArray[]] {
  const { rmax, dmax, eps, momentum, axis, rank } = settings;
  const axes = Array.from({ length: rank }, (_, i) => i).filter((i) => i !== axis);
  const broadcast = Array.from({ length: rank }, (_, i) => i === axis ? -1 : 1);
  const spread = (a: JaxArray) => a.reshape(broadcast);
  return (...[x, weight, bias, runningMean, runningVar, dy]) => {
    const mean = np.mean(x.ref, axes);
    const centred = x.sub(spread(mean.ref));
    const variance = np.mean(np.square(centred.ref), axes);
    const std = np.sqrt(variance.ref.add(eps));
    const runningStd = np.sqrt(runningVar.ref.add(eps));
    const ratio = std.ref.div(runningStd.ref);
    const distance = mean.ref.sub(runningMean.ref).div(runningStd);
    const r = lax.stopGradient(np.clip(ratio, 1 / rmax, rmax));
    const d = lax.stopGradient(np.clip(distance, -dmax, dmax));
    const z = centred.div(spread(std));
    const y = z.mul(spread(weight.ref.mul(r))).add(spread(weight.mul(d).add(bias)));
    const movedMean = runningMean.ref.add(mean.sub(runningMean).mul(momentum));
    const movedVar = runningVar.ref.add(variance.sub(runningVar).mul(momentum));
    return [np.sum(y.ref.mul(dy)), [y, movedMean, movedVar]];
  };
}
