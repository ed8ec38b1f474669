/** What is trained, and how. */
import type { AdamOptions } from "./adam.ts";
import type { Norm, NormSettings } from "./norms.ts";

/** What is compared. */
export type Variant = "batch renorm" | "batch norm" | "no norm" | "SAC";

/** What makes a variant. */
export interface Method extends AdamOptions {
  readonly norm: Norm;
  /**
   * Share of the critics that their targets take over at each update; null for none: then both
   * halves of the target go through the critics themselves, in one batch.
   */
  readonly targetShare: number | null;
  /** Updates of the critics to one of the actor and the temperature. */
  readonly policyDelay: number;
}

/** All that decides a run's numbers but the run itself. */
export interface CrossqSettings extends NormSettings {
  readonly steps: number;
  /** Steps of random actions before the first update. */
  readonly randomSteps: number;
  readonly width: number;
  readonly batchSize: number;
  /** What a reward is worth a step later. */
  readonly discount: number;
  readonly evaluateEvery: number;
  readonly evaluationEpisodes: number;
}

/** A training. */
export interface Run {
  readonly variant: Variant;
  readonly seed: number;
}

const crossq = { learningRate: 1e-3, beta1: 0.5, targetShare: null, policyDelay: 3 };

/** The variants. */
export const methods: Readonly<Record<Variant, Method>> = {
  "batch renorm": { ...crossq, norm: "batch renorm" },
  "batch norm": { ...crossq, norm: "batch norm" },
  "no norm": { ...crossq, norm: "none" },
  SAC: { learningRate: 1e-3, beta1: 0.9, targetShare: 0.005, policyDelay: 1, norm: "none" },
};

/** What is trained without options. */
export const defaultSettings: CrossqSettings = {
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
