/** The actor: a Gaussian through tanh, whose mean and deviation a network gives. */
import { type Matrix, matrix } from "./matrices.ts";
import {
  type Mode,
  type Network,
  networkBackward,
  networkForward,
  type NetworkPass,
} from "./network.ts";

/** Bounds of the logarithm of the deviation, as in SAC. */
const [leastLogStd, mostLogStd] = [-20, 2];

/** Actions that were drawn, and what the gradient through them needs. */
export interface DrawnActions {
  /** `tanh(mean + std·noise)`, within ±1. */
  readonly actions: Matrix;
  /** Logarithm of each row's density. */
  readonly logDensities: Float64Array;
  readonly noise: Float32Array;
  readonly pass: NetworkPass;
}

/**
 * Draws an action a state. The network's outputs are the means, then the logarithms of the
 * deviations. With `u = mean + std·noise` the density's logarithm is
 * `Σ −noise²/2 − ln std − ln(2π)/2 − ln(1 − tanh²u)`.
 *
 * @param noise standard normal, a value an action
 */
export function drawActions(
  actor: Network,
  states: Matrix,
  noise: Float32Array,
  mode: Mode,
): DrawnActions {
  const pass = networkForward(actor, states, mode);
  const [n, outputs] = pass.y.shape;
  const count = outputs / 2;
  const actions = matrix(n, count);
  const logDensities = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < count; j++) {
      const eps = noise[i * count + j];
      const logStd = bounded(pass.y.data[i * outputs + count + j]);
      const u = pass.y.data[i * outputs + j] + Math.exp(logStd) * eps;
      actions.data[i * count + j] = Math.tanh(u);
      logDensities[i] -= eps ** 2 / 2 + logStd + Math.log(2 * Math.PI) / 2 + logSlope(u);
    }
  }
  return { actions, logDensities, noise, pass };
}

/** The actions that the actor thinks best, in eval mode: `tanh(mean)`. */
export function bestActions(actor: Network, states: Matrix): Matrix {
  const { y: { data, shape: [n, outputs] } } = networkForward(actor, states, "eval");
  const count = outputs / 2;
  const mean = (_: unknown, k: number) => data[Math.floor(k / count) * outputs + k % count];
  return matrix(
    n,
    count,
    Float32Array.from({ length: n * count }, (_, k) => Math.tanh(mean(_, k))),
  );
}

/**
 * Writes the gradients of the actor's parameters.
 *
 * @param dActions gradient of the loss to the actions
 * @param dLogDensity gradient of the loss to each row's density's logarithm
 */
export function backThroughActions(
  actor: Network,
  { actions, noise, pass }: DrawnActions,
  dActions: Matrix,
  dLogDensity: number,
): void {
  const [n, outputs] = pass.y.shape;
  const count = outputs / 2;
  const dy = matrix(n, outputs);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < count; j++) {
      const k = i * count + j;
      const action = actions.data[k];
      const logStd = pass.y.data[i * outputs + count + j];
      const du = dActions.data[k] * (1 - action ** 2) + dLogDensity * 2 * action;
      dy.data[i * outputs + j] = du;
      if (logStd !== bounded(logStd)) continue;
      dy.data[i * outputs + count + j] = du * Math.exp(logStd) * noise[k] - dLogDensity;
    }
  }
  networkBackward(actor, pass, dy);
}

function bounded(logStd: number): number {
  return Math.max(leastLogStd, Math.min(mostLogStd, logStd));
}

/** `ln(1 − tanh²u)` where tanh u may round to 1: `2·(ln 2 − |u| − ln(1 + e^−2|u|))`. */
function logSlope(u: number): number {
  const size = Math.abs(u);
  return 2 * (Math.LN2 - size - Math.log1p(Math.exp(-2 * size)));
}
