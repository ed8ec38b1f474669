/** The limits of batch renorm, as they may be given and as arrays. */
import { checkOptions, expects, readFields, reading, show } from "@renorm/core-math/checks";
import {
  type Knot,
  linearWarmup,
  type LinearWarmupOptions,
  parseSchedule,
  type Schedule,
} from "@renorm/schedule";
import { checkLimit } from "./check_arrays.ts";
import type { JaxArray, JaxJs } from "./jax_js.ts";

/**
 * How far batch renorm may correct in a step: r in `[1/rmax, rmax]` and d in `[-dmax, dmax]`.
 *
 * Numbers are checked: rmax at least 1, dmax at least 0. Scalar arrays, which are what numbers
 * become as arguments of a function under `jit`, are not. `Infinity` leaves a limit open.
 */
export type RenormLimits = {
  /** Largest r. 1 switches the scale correction off. */
  rmax: number | JaxArray;
  /** Largest |d|, in running standard deviations. 0 switches the shift off. */
  dmax: number | JaxArray;
};

/**
 * Limits over the steps, read at the step after `state.numBatchesTracked`: a schedule, or the
 * options of the layers of the other packages, `{ schedule }` or `{ rmax, dmax, warmupSteps }` for
 * the linear warm-up from 1 and 0, with rmax 3 and dmax 5 by default.
 */
export type RenormSchedule =
  | Schedule
  | { schedule: Schedule }
  | (LinearWarmupOptions & { warmupSteps: number });

/** Limits as scalar arrays. */
export type LimitArrays = { rmax: JaxArray; dmax: JaxArray };

const names = ["rmax", "dmax", "warmupSteps", "schedule"] as const;

/** Limits of one step, or over the steps as a schedule; read once and checked. */
export function readLimits(
  owner: string,
  given: RenormLimits | RenormSchedule,
): RenormLimits | Schedule {
  if (typeof given !== "object" || given === null) {
    throw new TypeError(expects(owner, "limits to be { rmax, dmax } or a schedule", show(given)));
  }
  const keys = reading(owner, "limits", () => Object.keys(given));
  const unknown = keys.find((key) => !(names as readonly string[]).includes(key));
  if (unknown !== undefined) {
    const wanted = `limits to have keys among ${names.join(", ")}`;
    throw new TypeError(expects(owner, wanted, show(unknown)));
  }
  const { schedule, warmupSteps, ...limits } = readFields(owner, "limits", given, names);
  if (schedule !== undefined) {
    if (warmupSteps !== undefined || Object.keys(limits).length > 0) {
      const wanted = "either schedule or rmax, dmax and warmupSteps";
      throw new TypeError(expects(owner, wanted, "both"));
    }
    return readSchedule(owner, schedule);
  }
  if (warmupSteps !== undefined) {
    const warmup = checkOptions(owner, { ...limits, warmupSteps }, names.slice(0, 3));
    const finite = Object.entries(warmup).map(([name, value]) => [name, inFloat32(Number(value))]);
    return linearWarmup(Object.fromEntries(finite));
  }
  if (isSchedule(limits)) return readSchedule(owner, limits);
  checkLimit(owner, "rmax", limits.rmax);
  checkLimit(owner, "dmax", limits.dmax);
  return limits as RenormLimits;
}

function readSchedule(owner: string, given: unknown): Schedule {
  const { rmax, dmax } = parseSchedule(given, owner);
  const finite = ([step, value]: Knot): Knot => [inFloat32(step), inFloat32(value)];
  return { rmax: rmax.map(finite), dmax: dmax.map(finite) };
}

/** A limit or a step that is finite in float32; no batch reaches the largest. */
function inFloat32(value: number): number {
  return Math.min(value, 3e38);
}

/** Whether limits are curves over the steps rather than those of one step. */
export function isSchedule(limits: { readonly rmax?: unknown }): limits is Schedule {
  return Array.isArray(limits.rmax);
}

/**
 * `limitsAt` of `@renorm/schedule` from operations on arrays, so that the step may be one: under
 * `jit` the limits then open from call to call, and nothing is traced again. Consumes the step.
 */
export function limitsAtStep(jax: JaxJs, schedule: Schedule, step: JaxArray): LimitArrays {
  return { rmax: valueAt(jax, schedule.rmax, step.ref), dmax: valueAt(jax, schedule.dmax, step) };
}

/** The line between the last knot before the step and the next one; constant outside. */
function valueAt({ numpy: np }: JaxJs, knots: readonly Knot[], step: JaxArray): JaxArray {
  const { dtype } = step;
  const number = (value: number) => np.array(value, { dtype });
  const [firstStep, firstValue] = knots[0];
  const [, lastValue] = knots[knots.length - 1];
  let value = np.where(step.ref.lessEqual(firstStep), number(firstValue), number(lastValue));
  for (let i = knots.length - 1; i > 0; i--) {
    const [start, from] = knots[i - 1];
    const [end, to] = knots[i];
    // Between the knots of a jump there is no step.
    if (end === start) continue;
    const slope = number((to - from) / (end - start));
    const line = step.ref.sub(number(start)).mul(slope).add(number(from));
    const isWithin = np.logicalAnd(step.ref.greater(start), step.ref.lessEqual(end));
    value = np.where(isWithin, line, value);
  }
  step.dispose();
  return value;
}
