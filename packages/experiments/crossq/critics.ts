/** The critics: networks that say what a state and an action are worth. */
import { beside, type Matrix, matrix } from "./matrices.ts";
import {
  type Mode,
  type Network,
  networkBackward,
  networkForward,
  type NetworkPass,
} from "./network.ts";

/** The critics' forward over a batch. */
export interface CriticsPass {
  readonly passes: readonly NetworkPass[];
  /** The least of their values, a row. */
  readonly least: Float32Array;
}

/** The values of states and actions. */
export function criticsForward(
  critics: readonly Network[],
  states: Matrix,
  actions: Matrix,
  mode: Mode,
): CriticsPass {
  const inputs = beside(states, actions);
  const passes = critics.map((critic) => networkForward(critic, inputs, mode));
  const [first, ...others] = passes.map(({ y }) => y.data);
  const least = first.map((value, i) => Math.min(value, ...others.map((values) => values[i])));
  return { passes, least };
}

/**
 * Half the mean squared error of each critic's first values, all critics together; writes the
 * gradients of their parameters. What comes after the targets' rows has no error of its own.
 */
export function learnValues(
  critics: readonly Network[],
  { passes }: CriticsPass,
  targets: Float32Array,
): number {
  const n = targets.length;
  let loss = 0;
  passes.forEach((pass, c) => {
    const dy = matrix(...pass.y.shape);
    targets.forEach((target, i) => {
      const error = pass.y.data[i] - target;
      loss += error ** 2 / (2 * n);
      dy.data[i] = error / n;
    });
    networkBackward(critics[c], pass, dy);
  });
  return loss;
}

/** The gradient of the mean of the least values to the actions, which come after the states. */
export function gradientToActions(
  critics: readonly Network[],
  { passes, least }: CriticsPass,
  actionCount: number,
): Matrix {
  const n = least.length;
  const sum = matrix(n, actionCount);
  // Where critics agree, the first has the gradient.
  const critic = least.map((value, i) => passes.findIndex(({ y }) => y.data[i] === value));
  passes.forEach((pass, c) => {
    const dy = matrix(n, 1, critic.map((chosen) => chosen === c ? 1 / n : 0));
    const { data, shape: [, inputs] } = networkBackward(critics[c], pass, dy, "input");
    const first = inputs - actionCount;
    for (let k = 0; k < sum.data.length; k++) {
      const [i, j] = [Math.floor(k / actionCount), k % actionCount];
      sum.data[k] += data[i * inputs + first + j];
    }
  });
  return sum;
}
