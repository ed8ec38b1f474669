/** The trees that go into a normalisation and come out of it. */
import { checkOption } from "@renorm/core-math/checks";
import type { JaxArray, JaxJs } from "./jax_js.ts";

// Aliases rather than interfaces: the trees of jax-js take no interfaces.

/** γ and β, one value per channel. Leave out the key of one that the layer does not have. */
export type NormParams = {
  /** γ, of shape `[channels]`. */
  weight?: JaxArray;
  /** β, of shape `[channels]`. */
  bias?: JaxArray;
};

/** What training keeps beside the parameters. */
export type NormState = {
  /** Running mean, of shape `[channels]`. */
  runningMean: JaxArray;
  /** Running variance, of shape `[channels]`, at least 0. */
  runningVar: JaxArray;
  /** Training forwards so far: a scalar, int32. The next is the step after it. */
  numBatchesTracked: JaxArray;
};

/**
 * The statistics of all values so far, each a sum of two float32 numbers: one alone would lose
 * digits with every batch.
 */
export type PooledStats = {
  /** Mean, of shape `[channels]`. */
  mean: JaxArray;
  /** What rounding left of the mean. */
  meanRest: JaxArray;
  /** Biased variance, of shape `[channels]`. */
  variance: JaxArray;
  /** What rounding left of the variance. */
  varianceRest: JaxArray;
  /** Values per channel: a scalar, float32. */
  m: JaxArray;
  /** What rounding left of m. */
  mRest: JaxArray;
};

/** γ = 1 and β = 0. */
export function initialParams(jax: JaxJs, numFeatures: number): Required<NormParams> {
  checkOption("initialParams", "numFeatures", numFeatures);
  const { numpy: np } = jax;
  return { weight: np.ones([numFeatures]), bias: np.zeros([numFeatures]) };
}

/** Mean 0, variance 1, no step yet. */
export function initialState(jax: JaxJs, numFeatures: number): NormState {
  checkOption("initialState", "numFeatures", numFeatures);
  const { numpy: np } = jax;
  return {
    runningMean: np.zeros([numFeatures]),
    runningVar: np.ones([numFeatures]),
    numBatchesTracked: np.array(0, { dtype: np.int32 }),
  };
}
