import { checkCount, checkNumber } from "./_check_number.ts";
import { readSchedule } from "./_read_schedule.ts";
import { readPlain } from "./checks.ts";
import { lastStep, type Schedule } from "./schedule.ts";

/** Batch sizes from here on need no batch renorm: at 32 the paper saw 78.3 % against 78.5 %. */
const batchLargeEnough = 32;

/** Share of their start below which running statistics count as having forgotten it. */
const forgotten = 0.01;

/** What {@linkcode advise} looks at. */
export interface TrainingPlan {
  /** How the limits open. */
  schedule: Schedule;
  /** Training forwards of the whole run, an integer of at least 1. */
  totalSteps: number;
  /** Samples in a batch, an integer of at least 1. */
  batchSize: number;
  /** Weight of the new batch in the running statistics, in `(0, 1]`. Default 0.1. */
  momentum?: number;
}

/** A piece of advice: a code for programs, a message for people, and the numbers behind it. */
export type Advice =
  & {
    /** One sentence that says what is wrong and what would help. */
    readonly message: string;
  }
  & (
    | {
      readonly code: "training-ends-before-warmup";
      readonly warmupEnds: number;
      readonly totalSteps: number;
    }
    | {
      readonly code: "batch-large-enough";
      readonly batchSize: number;
      readonly threshold: number;
    }
    | {
      readonly code: "statistics-still-cold";
      readonly warmupEnds: number;
      readonly weightOfStart: number;
      readonly stepsToForget: number;
    }
  );

/**
 * The notebook's warnings about a plan, as data.
 *
 * - `training-ends-before-warmup`: the limits never open fully.
 * - `batch-large-enough`: plain batch norm does as well from 32 samples on.
 * - `statistics-still-cold`: when the limits are fully open, the running statistics still hold more
 *   than 1 % of their start, `(1 − momentum)^steps`, and pull the output toward it.
 *
 * @param plan Schedule, steps, batch size and momentum.
 * @returns The advice that applies, none when the plan is sound.
 * @throws {TypeError} For an unknown key or a value that is not a number.
 * @throws {RangeError} For a value out of range.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { advise, linearWarmup } from "@renorm/schedule";
 *
 * const advice = advise({ schedule: linearWarmup(), totalSteps: 1000, batchSize: 2 });
 * assert.deepEqual(advice.map(({ code }) => code), ["training-ends-before-warmup"]);
 * ```
 */
export function advise(plan: TrainingPlan): Advice[] {
  const owner = "advise";
  const names = ["schedule", "totalSteps", "batchSize", "momentum"] as const;
  const given = readPlain(owner, "options to be an object", "options", plan, names);
  const { totalSteps, batchSize, momentum = 0.1 } = given;
  checkCount(owner, "totalSteps", totalSteps, 1);
  checkCount(owner, "batchSize", batchSize, 1);
  checkNumber(owner, "momentum", momentum, "in (0, 1]", (v) => v > 0 && v <= 1);
  const warmupEnds = lastStep(readSchedule(owner, given.schedule));
  const weightOfStart = (1 - momentum) ** warmupEnds;
  const advice: Advice[] = [];
  if (totalSteps < warmupEnds) {
    advice.push({
      code: "training-ends-before-warmup",
      warmupEnds,
      totalSteps,
      message:
        `Training ends at step ${totalSteps}, before the limits are open at ${warmupEnds}: ` +
        "shorten the warm-up.",
    });
  }
  if (batchSize >= batchLargeEnough) {
    advice.push({
      code: "batch-large-enough",
      batchSize,
      threshold: batchLargeEnough,
      message:
        `Batches of ${batchSize}, if drawn at random, are large enough for plain batch norm.`,
    });
  }
  if (weightOfStart > forgotten) {
    // At momentum 1 the logarithm is infinite, and one step forgets everything; at the smallest
    // numbers more steps are needed than there are numbers.
    const steps = Math.ceil(Math.log(forgotten) / Math.log1p(-momentum));
    const stepsToForget = Math.min(Math.max(1, steps), Number.MAX_VALUE);
    advice.push({
      code: "statistics-still-cold",
      warmupEnds,
      weightOfStart,
      stepsToForget,
      message:
        `When the limits are open at step ${warmupEnds}, the running statistics still hold ` +
        `${(100 * weightOfStart).toFixed(0)} % of their start: warm up over at least ` +
        `${stepsToForget} steps, or raise the momentum.`,
    });
  }
  return advice;
}
