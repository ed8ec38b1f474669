/** What is trained, and how: the settings of federated training and the grid of its runs. */
import type { NormPolicy } from "@renorm/tfjs";
import type { Norm, NormSettings } from "../training/norms.ts";

/** What is compared: a norm, and what the server makes of the clients' norms. */
export const methods = [
  "batch norm, averaged",
  "batch norm, pooled",
  "batch norm, local",
  "batch norm, fixed",
  "group norm",
  "batch renorm, pooled",
] as const;

/** A way of federated training. */
export type Method = (typeof methods)[number];

/** The norm of a method, and the option of `aggregateWeights`. */
export const normOf: Readonly<
  Record<Method, { readonly norm: Norm; readonly policy: NormPolicy }>
> = {
  "batch norm, averaged": { norm: "batch norm", policy: "average" },
  "batch norm, pooled": { norm: "batch norm", policy: "pool" },
  "batch norm, local": { norm: "batch norm", policy: "local" },
  "batch norm, fixed": { norm: "batch norm", policy: "pool" },
  "group norm": { norm: "group norm", policy: "average" },
  "batch renorm, pooled": { norm: "batch renorm", policy: "pool" },
};

/** What is tuned for each method by itself. */
export interface TunedSettings {
  /** Learning rate of the first round; it falls to 0 in a straight line over the rounds. */
  readonly learningRate: number;
  /** Weight of the new batch in the running statistics, PyTorch's sense. */
  readonly momentum: number;
}

/** Everything that decides the numbers of a run but the run itself. */
export interface FederatedSettings extends Omit<NormSettings, "momentum"> {
  readonly rounds: number;
  /** How often a client goes through its images in a round. */
  readonly localEpochs: number;
  readonly batchSize: number;
  /** Images of a client. */
  readonly samples: number;
  /** Rounds from one measurement to the next. */
  readonly testEvery: number;
  /** Share of the rounds after which the statistics of "batch norm, fixed" stay. */
  readonly fixedFrom: number;
  readonly tuned: Readonly<Record<Method, TunedSettings>>;
  /** Tests on a fifth of the training images and leaves the test images alone: for tuning. */
  readonly holdOut: boolean;
}

/** One training: a method, a seed. */
export interface Run {
  readonly method: Method;
  /** The same seed gives the same start, clients and batches to every method. */
  readonly seed: number;
}

const tuned: TunedSettings = { learningRate: 1, momentum: 0.1 };

/** What `deno task experiment federated` trains without options. */
export const defaultFederated: FederatedSettings = {
  rounds: 50,
  localEpochs: 1,
  batchSize: 4,
  samples: 24,
  testEvery: 5,
  fixedFrom: 0.5,
  limits: { rmax: 3, dmax: 5 },
  warmupShare: 0.3,
  groupSize: 4,
  tuned: {
    "batch norm, averaged": tuned,
    "batch norm, pooled": tuned,
    "batch norm, local": tuned,
    // At 1 it diverges once the statistics are fixed.
    "batch norm, fixed": { ...tuned, learningRate: 0.3 },
    "group norm": tuned,
    "batch renorm, pooled": tuned,
  },
  holdOut: false,
};

/** What `--quick` trains. */
export const quickFederated: FederatedSettings = {
  ...defaultFederated,
  rounds: 4,
  samples: 16,
  testEvery: 2,
};

/** All combinations. */
export function federatedRuns(seeds: readonly number[]): Run[] {
  return seeds.flatMap((seed) => methods.map((method) => ({ method, seed })));
}

/** A run in words, unique among all. */
export function describeRun({ method, seed }: Run): string {
  return `${method}, seed ${seed}`;
}
