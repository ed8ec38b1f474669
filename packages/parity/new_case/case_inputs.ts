/** The inputs of a new golden case: everything but what another implementation has to say. */
import { channelView } from "@renorm/core-math";
import { checkMoreThanOneValue, checkOptions, expects } from "@renorm/core-math/checks";
import { randomValues, seededRandom } from "@renorm/testing/random_tensor";
import type { GoldenCase, GoldenStep } from "../golden_case.ts";

/** What a case is made of. */
export interface CaseOptions {
  readonly kind: GoldenCase["kind"];
  /** `[n, c, ...spatial]`. */
  readonly shape: readonly number[];
  /** Layer options that are not the defaults. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Training steps; a step in eval mode follows. */
  readonly steps: number;
  /** Deviation and mean of x. */
  readonly scale: number;
  readonly shift: number;
  /** Share of the positions that count in each step. Default: all, without a mask. */
  readonly unmasked?: number;
  readonly seed: number;
}

const normDefaults = { eps: 1e-5, momentum: 0.1, affine: true, trackRunningStats: true } as const;

const defaults = {
  batch_norm: normDefaults,
  batch_renorm: { ...normDefaults, rmax: 3, dmax: 5, warmupSteps: 8 },
} as const;

/**
 * Makes the inputs, of numbers that float32 holds exactly.
 *
 * @throws {TypeError} For an option that the layer does not have or one of the wrong kind.
 * @throws {RangeError} For an option out of range, and for a shape of one value per channel.
 */
export function caseInputs(name: string, options: CaseOptions): GoldenCase {
  const { kind, shape, config, steps, scale, shift, unmasked, seed } = options;
  const { channels, m } = channelView(shape);
  checkMoreThanOneValue(name, m, shape);
  checkConfig(kind, config);
  const random = seededRandom(seed);
  const values = (length: number, deviation = 1, mean = 0) =>
    randomValues(length, random).map((value) => Math.fround(deviation * value + mean));
  const size = shape.reduce((a, b) => a * b, 1);
  const step = (training: boolean): GoldenStep => ({
    training,
    x: values(size, scale, shift),
    dy: values(size),
    ...unmasked !== undefined && {
      mask: Array.from({ length: size / channels }, () => random() < unmasked ? 1 : 0),
    },
  });
  return {
    name,
    kind,
    shape,
    config: { numFeatures: channels, ...defaults[kind], ...config },
    initial: {
      weight: values(channels),
      bias: values(channels),
      runningMean: values(channels, 0.3),
      runningVar: Array.from({ length: channels }, () => Math.fround(0.5 + random())),
      numBatchesTracked: 0,
    },
    steps: [...Array.from({ length: steps }, () => step(true)), step(false)],
  };
}

/** Throws unless both our layer and `expected_values.py` take the options. */
function checkConfig(kind: GoldenCase["kind"], config: CaseOptions["config"]): void {
  const owner = `config of ${kind}`;
  const isAverage = kind === "batch_norm" && config?.momentum === null;
  const options = isAverage ? { ...config, momentum: undefined } : config;
  checkOptions(owner, options, Object.keys(defaults[kind]));
  if (kind === "batch_renorm" && config.trackRunningStats === false) {
    throw new TypeError(expects(owner, "trackRunningStats to be true", "false"));
  }
}
