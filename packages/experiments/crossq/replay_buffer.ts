/** What was seen so far, to be drawn from at random. */
import { type Matrix, matrix } from "./matrices.ts";
import type { Random } from "./random.ts";

/** What an action led to. Actions are within ±1. */
export interface Transition {
  readonly state: readonly number[];
  readonly action: readonly number[];
  readonly reward: number;
  readonly nextState: readonly number[];
}

/** Transitions, one a row. */
export interface Batch {
  readonly states: Matrix;
  readonly actions: Matrix;
  readonly rewards: Float32Array;
  readonly nextStates: Matrix;
}

/** Draws as many transitions as asked, each from all there are. */
export function drawBatch(
  transitions: readonly Transition[],
  size: number,
  { uniform }: Random,
): Batch {
  const drawn = Array.from(
    { length: size },
    () => transitions[Math.floor(uniform() * transitions.length)],
  );
  return {
    states: rows(drawn.map(({ state }) => state)),
    actions: rows(drawn.map(({ action }) => action)),
    rewards: Float32Array.from(drawn, ({ reward }) => reward),
    nextStates: rows(drawn.map(({ nextState }) => nextState)),
  };
}

/** A matrix of these rows. */
export function rows(values: readonly (readonly number[])[]): Matrix {
  return matrix(values.length, values[0].length, Float32Array.from(values.flat()));
}
