import assert from "node:assert/strict";
import { linearWarmup } from "@renorm/schedule";
import * as jax from "@jax-js/jax";
import { functions } from "./testing/batches.ts";
import type { NormState, RenormLimits } from "./mod.ts";

const { batchNorm, batchNormInference, batchRenorm, initialParams, initialState } = functions;
const { numpy: np } = jax;

/** Calls with one thing wrong in each, by the errors that they must throw. */
const calls: readonly [wrong: () => unknown, error: RegExp][] = [
  [() => renorm({ x: 3 }), /^TypeError: batchRenorm expects x to be an array of jax-js: got 3$/],
  [
    () => renorm({ x: np.zeros([4, 3], { dtype: np.int32 }) }),
    /^TypeError: batchRenorm expects x to be of a float dtype: got int32$/,
  ],
  [
    () => renorm({ x: np.zeros([3]) }),
    /^TypeError: batchRenorm expects x of rank 2 to 5: got shape \[3\]$/,
  ],
  [() => renorm({ x: np.zeros([1, 1, 1, 1, 1, 1]) }), /^TypeError: .*rank 2 to 5/],
  [
    () => renorm({ params: { weight: np.ones([4]) } }),
    /^TypeError: batchRenorm expects params\.weight of shape \[3\], one value per channel: got shape \[4\]$/,
  ],
  [
    () => renorm({ params: { gamma: np.ones([3]) } }),
    /^TypeError: batchRenorm expects params to have keys among weight, bias: got "gamma"$/,
  ],
  [() => renorm({ params: { weight: undefined } }), /params\.weight to be an array.*got undefined/],
  [() => renorm({ params: null }), /^TypeError: .*params to be \{ weight, bias \}: got null$/],
  [
    () => renorm({ state: initialState(4) }),
    /^TypeError: .*state\.runningMean of shape \[3\].*: got shape \[4\]$/,
  ],
  [
    () => renorm({ state: { ...initialState(3), numBatchesTracked: 0 } }),
    /^TypeError: .*state\.numBatchesTracked to be a scalar array: got 0$/,
  ],
  [
    () => renorm({ state: { ...initialState(3), renormStep: np.array(0) } }),
    /^TypeError: .*keys among runningMean, runningVar, numBatchesTracked: got "renormStep"$/,
  ],
  [
    () => renorm({ limits: undefined }),
    /^TypeError: .*limits to be \{ rmax, dmax \} or a schedule: got undefined$/,
  ],
  [() => renorm({ limits: { rmax: 3 } }), /^TypeError: .*dmax to be a number.*: got undefined$/],
  [
    () => renorm({ limits: { rmax: 0.5, dmax: 5 } }),
    /^RangeError: batchRenorm expects rmax to be a number of at least 1: got 0\.5$/,
  ],
  [() => renorm({ limits: { rmax: 3, dmax: NaN } }), /^RangeError: .*dmax.*: got NaN$/],
  [
    () => renorm({ limits: { rmax: np.ones([3]), dmax: 5 } }),
    /^TypeError: .*rmax to be a scalar array: got shape \[3\]$/,
  ],
  [
    () => renorm({ limits: { rmax: 3, dmax: 5, steps: 9 } }),
    /keys among rmax, dmax, warmupSteps, schedule: got "steps"$/,
  ],
  [
    () => renorm({ limits: { rmax: [[0, 0.5]], dmax: [[0, 5]] } }),
    /^RangeError: batchRenorm expects the value of rmax\[0\]/,
  ],
  [
    () => renorm({ limits: { rmax: np.array(3), warmupSteps: 9 } }),
    /^TypeError: batchRenorm expects rmax to be a number of at least 1: got /,
  ],
  [() => renorm({ limits: { warmupSteps: -1 } }), /^RangeError: batchRenorm expects warmupSteps/],
  [
    () => renorm({ limits: { schedule: linearWarmup(), rmax: 3 } }),
    /^TypeError: batchRenorm expects either schedule or rmax, dmax and warmupSteps: got both$/,
  ],
  [() => renorm({ options: { eps: 0 } }), /^RangeError: .*eps to be finite and above 0: got 0$/],
  [() => renorm({ options: { momentum: null } }), /^TypeError: .*momentum to be.*: got null$/],
  [() => renorm({ options: { decay: 0.9 } }), /^TypeError: .*options among eps.*: got "decay"$/],
  [
    () => renorm({ options: { layout: "channels-last" } }),
    /^TypeError: .*params\.weight of shape \[5\]/,
  ],
  [
    () => batchNorm(np.zeros([1, 3]), {}, initialState(3)),
    /^RangeError: batchNorm expects more than 1 value per channel when training: got shape \[1, 3\]$/,
  ],
  [
    () => batchNormInference(np.zeros([1, 3]), {}, initialState(3), { momentum: 0.1 } as object),
    /^TypeError: batchNormInference expects options among eps, layout, mask: got "momentum"$/,
  ],
  [
    () => {
      const weight = np.ones([3]);
      return renorm({ params: { weight, bias: weight } });
    },
    /^TypeError: batchRenorm expects a reference for each use of an array.*: got 1 for 2 uses$/,
  ],
  [
    () => {
      const x = np.zeros([4, 3]);
      x.dispose();
      return renorm({ x });
    },
    /^TypeError: batchRenorm expects a reference.*: got a disposed array$/,
  ],
  [() => initialState(0), /^RangeError: initialState expects numFeatures to be an integer of at/],
  [() => initialParams(1.5), /^RangeError: initialParams expects numFeatures/],
];

/** Batch renorm with some of its arguments changed. */
function renorm(changed: Readonly<Record<string, unknown>>): unknown {
  const { x, params, state, limits, options } = {
    x: np.zeros([4, 3, 5]),
    params: initialParams(3),
    state: initialState(3),
    limits: { rmax: 3, dmax: 5 },
    options: {},
    ...changed,
  };
  return batchRenorm(x as jax.Array, params, state as NormState, limits as RenormLimits, options);
}

Deno.test("every wrong argument is refused in words that say what was wanted and what came", () => {
  for (const [call, error] of calls) {
    assert.throws(call, (thrown: Error) => {
      assert.match(`${thrown.name}: ${thrown.message}`, error);
      return true;
    });
  }
});
