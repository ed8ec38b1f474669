/** What is fine-tuned, and how: the settings of the experiment and the grid of its runs. */
import type { Limits } from "@renorm/schedule";
import type { Order } from "./order.ts";

/** The norms of the thawed layers. */
export const norms = ["frozen batch norm", "batch norm", "batch renorm"] as const;

/** A norm of the thawed layers. */
export type Norm = (typeof norms)[number];

/** Everything that decides the numbers of a run but the run itself. */
export interface FineTuningSettings {
  /** Photographs of garments from the npm package, or the handwritten digits of this repository. */
  readonly images: "garments" | "digits";
  /** Height and width of what the network sees. */
  readonly size: number;
  /** Layer whose output is kept; those behind it are thawed. */
  readonly lastFrozen: string;
  /** Objects of a class that are shown. */
  readonly objects: number;
  /** Views of an object in a round, one after another. */
  readonly views: number;
  /** How often everything is shown; every round has views of its own. */
  readonly rounds: number;
  /** Objects of a class to test on in the end. */
  readonly testObjects: number;
  /** The first of these, to test on as the training goes. */
  readonly testObjectsByTheWay: number;
  /** Evaluations on the way, the last among them. */
  readonly evaluations: number;
  /** Learning rate of Adam at the start for a batch of 4; it falls to 0 in a straight line. */
  readonly learningRates: Readonly<Record<Order, Readonly<Record<Norm, number>>>>;
  /** Weight of the old value in the running statistics: Keras' sense. */
  readonly momentum: number;
  /** The limits of batch renorm after its warm-up. */
  readonly limits: Limits;
  /** Share of the training steps over which the limits open in a straight line. */
  readonly warmupShare: number;
}

/** Objects of a class of which those to show are drawn; those to test and to tune on follow. */
export const mostObjects = 60;

/** One fine-tuning. */
export interface Run {
  readonly norm: Norm;
  readonly batchSize: number;
  readonly order: Order;
  /** Decides the objects, their views, the order and the start of the head, for every norm. */
  readonly seed: number;
  /** Learning rate in place of the settings', tested on objects of their own: for tuning. */
  readonly tunedRate?: number;
}

/** The best of `--tune` for each norm and order. */
const learningRates: FineTuningSettings["learningRates"] = {
  "at random": { "frozen batch norm": 3e-4, "batch norm": 3e-3, "batch renorm": 1e-3 },
  "object by object": { "frozen batch norm": 1e-4, "batch norm": 3e-3, "batch renorm": 1e-3 },
  "class by class": { "frozen batch norm": 1e-4, "batch norm": 1e-2, "batch renorm": 3e-3 },
};

/** What `deno task experiment fine-tuning` trains without options. */
export const fullSettings: FineTuningSettings = {
  images: "garments",
  size: 64,
  lastFrozen: "block_15_add",
  objects: 8,
  views: 4,
  rounds: 2,
  testObjects: 60,
  testObjectsByTheWay: 10,
  evaluations: 4,
  learningRates,
  momentum: 0.99,
  limits: { rmax: 3, dmax: 5 },
  warmupShare: 0,
};

/** The same in seconds, on images that need no download. */
export const quickSettings: FineTuningSettings = {
  ...fullSettings,
  images: "digits",
  objects: 2,
  views: 2,
  rounds: 1,
  testObjects: 5,
  testObjectsByTheWay: 2,
  evaluations: 1,
  momentum: 0.9,
};

/** Learning rates among which the best is taken. */
const tunedRates = [3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2];

/** All combinations; those of a seed stand together, since they share their features. */
export function grid(choice: {
  readonly batchSizes: readonly number[];
  readonly orders: readonly Order[];
  readonly seeds: readonly number[];
}): Run[] {
  return choice.seeds.flatMap((seed) =>
    choice.orders.flatMap((order) =>
      choice.batchSizes.flatMap((batchSize) =>
        norms.map((norm) => ({ norm, batchSize, order, seed }))
      )
    )
  );
}

/** Each run with each of the learning rates that are tried. */
export function tuningGrid(runs: readonly Run[]): Run[] {
  return runs.flatMap((run) => tunedRates.map((tunedRate) => ({ ...run, tunedRate })));
}

/** A run in words, unique in a grid. */
export function describeRun({ norm, batchSize, order, seed, tunedRate }: Run): string {
  const rate = tunedRate === undefined ? "" : `, learning rate ${tunedRate}`;
  return `${norm} ${batchSize} ${order}, seed ${seed}${rate}`;
}

/** The learning rate of a run at its start: √½ of that for batches of 4 for half the batch. */
export function learningRate({ learningRates }: FineTuningSettings, run: Run): number {
  const forFour = run.tunedRate ?? learningRates[run.order][run.norm];
  return forFour * Math.sqrt(run.batchSize / 4);
}
