/** Batch renorm in jax-js as its user trains: forward, gradients and the new state under `jit`. */
import type { Layout } from "@renorm/core-math";
import { type JaxArray, type NormParams, type NormState, renormFunctions } from "@renorm/jax-js";
import * as jax from "@jax-js/jax";

const { batchRenorm, initialParams, initialState } = renormFunctions(jax);
const limits = { rmax: 3, dmax: 5 };

/** Arrays that go into a step. They are counted: a call consumes them. */
export type StepInputs = readonly [
  x: JaxArray,
  params: NormParams,
  state: NormState,
  dy: JaxArray,
];

/** What comes out of a step: arrays to wait for, and the state for the next. */
export interface StepOutputs {
  readonly outputs: readonly JaxArray[];
  readonly state: NormState;
}

/** A compiled step. */
export type JaxStep = (...inputs: StepInputs) => StepOutputs;

/** The start of a layer with `channels` channels. */
export function start(channels: number): { params: NormParams; state: NormState } {
  return { params: initialParams(channels), state: initialState(channels) };
}

/** The compiled forward: its output is y. */
export function jaxRenormForward(layout: Layout): JaxStep {
  const compiled = jax.jit((x: JaxArray, params: NormParams, state: NormState) =>
    batchRenorm(x, params, state, limits, { layout })
  );
  return (x, params, state, dy) => {
    dy.dispose();
    const [y, next] = compiled(x, params, state);
    return { outputs: [y], state: next };
  };
}

/** The compiled forward and backward: its outputs are y, dx, dWeight and dBias. */
export function jaxRenormStep(layout: Layout): JaxStep {
  type Forward = [y: JaxArray, state: NormState];
  // Σ y·dy, whose gradient to y is dy.
  const loss = (
    x: JaxArray,
    params: NormParams,
    state: NormState,
    dy: JaxArray,
  ): [JaxArray, Forward] => {
    const [y, next] = batchRenorm(x, params, state, limits, { layout });
    return [y.ref.mul(dy).sum(), [y, next]];
  };
  const compiled = jax.jit(jax.grad(loss, { argnums: [0, 1], hasAux: true }));
  return (...inputs) => {
    const [[dx, { weight, bias }], [y, state]] = compiled(...inputs);
    return { outputs: [y, dx, weight!, bias!], state };
  };
}
