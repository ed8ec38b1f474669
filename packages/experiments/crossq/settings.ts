/** What is trained, and how. */
import type { AdamOptions } from "./adam.ts";
import type { Mode } from "./network.ts";
import type { Norm, NormSettings } from "./norms.ts";

/** What is compared, in the order of tables. */
export const compared = ["batch renorm", "batch norm", "no norm", "SAC"] as const;

/** What else was tried: batch renorm with one thing changed, SAC with CrossQ's β₁ and delay. */
export const tried = ["no warm-up", "β₁ 0.9", "training query", "SAC as CrossQ"] as const;

/** A way to train. */
export type Variant = typeof compared[number] | typeof tried[number];

/** What makes a variant. */
export interface Method extends AdamOptions {
  readonly norm: Norm;
  /** Whether batch renorm begins as batch norm; if not, its limits are open from the start. */
  readonly warmsUp: boolean;
  /**
   * Share of the way that the targets of the critics follow them at each update; null for none:
   * the critics themselves then say what the next state is worth.
   */
  readonly targetShare: number | null;
  /** Updates of the critics to one of the actor and the temperature. */
  readonly policyDelay: number;
  /** How the norms of the critics go when the actor asks what its actions are worth. */
  readonly query: Mode;
}

/** All that decides a run's numbers but the run itself. */
export interface CrossqSettings extends NormSettings {
  readonly methods: Readonly<Record<Variant, Method>>;
  /** Steps of the environment, and updates but for the first ones. */
  readonly steps: number;
  /** Steps of random actions before the first update. */
  readonly randomSteps: number;
  readonly width: number;
  readonly batchSize: number;
  /** What a reward is worth if it comes a step later. */
  readonly discount: number;
  readonly evaluateEvery: number;
  readonly evaluationEpisodes: number;
}

/** A training. */
export interface Run {
  readonly variant: Variant;
  readonly seed: number;
}

const crossq: Method = {
  norm: "batch renorm",
  warmsUp: true,
  learningRate: 1e-3,
  beta1: 0.5,
  targetShare: null,
  policyDelay: 3,
  query: "eval",
};
const sac: Method = { ...crossq, norm: "none", beta1: 0.9, targetShare: 0.005, policyDelay: 1 };

/** What is trained without options; see docs/experiments/crossq.md. */
export const defaultSettings: CrossqSettings = {
  methods: {
    "batch renorm": crossq,
    "batch norm": { ...crossq, norm: "batch norm" },
    "no norm": { ...crossq, norm: "none" },
    "SAC": sac,
    "no warm-up": { ...crossq, warmsUp: false },
    "β₁ 0.9": { ...crossq, beta1: 0.9 },
    "training query": { ...crossq, query: "training" },
    "SAC as CrossQ": { ...sac, beta1: 0.5, policyDelay: 3 },
  },
  steps: 10_000,
  randomSteps: 100,
  width: 64,
  batchSize: 128,
  discount: 0.99,
  momentum: 0.01,
  eps: 1e-3,
  rmax: 3,
  dmax: 5,
  warmupSteps: 1000,
  evaluateEvery: 500,
  evaluationEpisodes: 20,
};

/** The same methods for a few seconds. */
export const quickSettings: CrossqSettings = {
  ...defaultSettings,
  steps: 200,
  randomSteps: 40,
  width: 16,
  batchSize: 32,
  warmupSteps: 30,
  evaluateEvery: 20,
  evaluationEpisodes: 1,
};

/** All runs, a seed after the other. */
export function grid(seeds: readonly number[]): Run[] {
  return seeds.flatMap((seed) => [...compared, ...tried].map((variant) => ({ variant, seed })));
}
