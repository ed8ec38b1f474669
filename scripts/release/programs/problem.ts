/** The same small training for every consumer, so that all losses must be alike. */

/** Losses before each step of training, by the place where it ran. */
export type Losses = Readonly<Record<string, readonly number[]>>;

/** 4 samples of 3 channels. */
export const shape: [number, number, number, number] = [4, 3, 2, 2];

/** The layer's input. */
export const x: Float32Array<ArrayBuffer> = Float32Array.from(
  { length: 48 },
  (_, i) => Math.sin(i),
);

/** What its output should become. */
export const target: Float32Array<ArrayBuffer> = Float32Array.from(x, (_, i) => Math.cos(3 * i));

/** Limits that open from the first step on. */
export const limits = { rmax: 3, dmax: 5, warmupSteps: 4 };

/** Steps of plain gradient descent. */
export const steps = 3;

/** Their length. */
export const learningRate = 0.5;

/** The mean squared error and its gradient. */
export function meanSquaredError(
  y: ArrayLike<number>,
): { loss: number; dy: Float32Array<ArrayBuffer> } {
  const dy = target.map((wanted, i) => 2 * (y[i] - wanted) / target.length);
  const loss = target.reduce((sum, wanted, i) => sum + (y[i] - wanted) ** 2, 0) / target.length;
  return { loss, dy };
}
