/** Checks of what a call is given. They run before anything is consumed. */
import {
  checkedView,
  checkOption,
  expects,
  readFields,
  reading,
  show,
} from "@renorm/core-math/checks";
import type { Layout } from "@renorm/core-math";
import type { JaxArray } from "./jax_js.ts";
import type { MaskArray } from "./masks.ts";
import type { NormParams, NormState, PooledStats } from "./parameters.ts";

/** What the shape of x tells. */
export interface CheckedInput {
  /** The axis of the channels. */
  readonly axis: number;
  /** Number of channels. */
  readonly channels: number;
  /** Values per channel. */
  readonly m: number;
}

/** Throws unless x is an array of floats of rank 2 to 5. */
export function checkInput(owner: string, x: JaxArray, layout: Layout): CheckedInput {
  checkFloats(owner, "x", x);
  const { shape } = x;
  if (shape.length < 2 || shape.length > 5) {
    throw new TypeError(expects(owner, "x of rank 2 to 5", `shape ${show(shape)}`));
  }
  const { channels, m } = checkedView(owner, shape, layout);
  return { axis: layout === "channels-last" ? shape.length - 1 : 1, channels, m };
}

/** Reads a mask: a boolean array with one value for each position of x, where there is one. */
export function readMask(owner: string, mask: unknown, x: JaxArray, axis: number): MaskArray {
  if (mask === undefined) return {};
  const isBoolean = reading(owner, "mask", () => isArray(mask)) &&
    (mask as JaxArray).dtype === "bool";
  if (!isBoolean) {
    const got = isArray(mask) ? mask.dtype : show(mask);
    throw new TypeError(expects(owner, "mask to be an array of jax-js of dtype bool", got));
  }
  const given = (mask as JaxArray).shape;
  const shape = x.shape.toSpliced(axis, 1);
  if (`${given}` !== `${shape}`) {
    const wanted = `mask of shape ${show(shape)}, x without its channels`;
    throw new TypeError(expects(owner, wanted, `shape ${show(given)}`));
  }
  return { mask: mask as JaxArray };
}

/** Reads params: nothing but a weight and a bias of one value per channel, each optional. */
export function readParams(owner: string, given: NormParams, channels: number): NormParams {
  const params = readTree(owner, "params", given, ["weight", "bias"] as const);
  for (const [name, value] of Object.entries(params)) {
    checkVector(owner, `params.${name}`, value, channels);
  }
  return params as NormParams;
}

/** Reads a state: both running statistics and the counter, and nothing else. */
export function readState(owner: string, given: NormState, channels: number): NormState {
  const names = ["runningMean", "runningVar", "numBatchesTracked"] as const;
  const state = readTree(owner, "state", given, names);
  for (const name of names.slice(0, 2)) {
    checkVector(owner, `state.${name}`, state[name], channels);
  }
  checkScalar(owner, "state.numBatchesTracked", state.numBatchesTracked);
  return state as NormState;
}

/** Reads pooled statistics: mean, variance and m with their rests, and nothing else. */
export function readPooled(owner: string, given: PooledStats, channels?: number): PooledStats {
  const vectors = ["mean", "meanRest", "variance", "varianceRest"] as const;
  const scalars = ["m", "mRest"] as const;
  const stats = readTree(owner, "stats", given, [...vectors, ...scalars]);
  checkFloats(owner, "stats.mean", stats.mean);
  const count = channels ?? stats.mean.shape[0] ?? 0;
  for (const name of vectors) checkVector(owner, `stats.${name}`, stats[name], count);
  for (const name of scalars) checkScalar(owner, `stats.${name}`, stats[name]);
  return stats as PooledStats;
}

/**
 * Throws unless each array can be consumed as often as it stands in a call: jax-js would find out
 * halfway, when others are consumed already. Tracers do not tell.
 */
export function checkReferences(owner: string, ...given: readonly object[]): void {
  const uses = new Map<unknown, number>();
  for (const value of given.flatMap((part) => isArray(part) ? [part] : Object.values(part))) {
    if (!isArray(value)) continue;
    const count = (uses.get(value) ?? 0) + 1;
    uses.set(value, count);
    const of = value as { readonly refCount?: number };
    const refCount = reading(owner, "an array of jax-js", () => of.refCount);
    if (refCount === undefined || refCount >= count) continue;
    const wanted = "a reference for each use of an array, .ref where it is used again";
    throw new TypeError(
      expects(owner, wanted, refCount <= 0 ? "a disposed array" : `${refCount} for ${count} uses`),
    );
  }
}

/** Throws unless a limit is a number in its range or a scalar array. */
export function checkLimit(owner: string, name: "rmax" | "dmax", value: unknown): void {
  if (reading(owner, name, () => isArray(value))) checkScalar(owner, name, value);
  else checkOption(owner, name, value);
}

/** Whether a value is an array of jax-js or a tracer. */
function isArray(value: unknown): value is JaxArray {
  const { shape, dtype, astype, dispose } = (value ?? {}) as Partial<JaxArray>;
  return Array.isArray(shape) && typeof dtype === "string" && typeof astype === "function" &&
    typeof dispose === "function";
}

function checkFloats(owner: string, name: string, value: unknown): asserts value is JaxArray {
  if (!reading(owner, name, () => isArray(value))) {
    throw new TypeError(expects(owner, `${name} to be an array of jax-js`, show(value)));
  }
  if (!(value as JaxArray).dtype.startsWith("float")) {
    throw new TypeError(
      expects(owner, `${name} to be of a float dtype`, (value as JaxArray).dtype),
    );
  }
}

function checkVector(owner: string, name: string, value: unknown, channels: number): void {
  checkFloats(owner, name, value);
  if (value.shape.length !== 1 || value.shape[0] !== channels) {
    const wanted = `${name} of shape [${channels}], one value per channel`;
    throw new TypeError(expects(owner, wanted, `shape ${show(value.shape)}`));
  }
}

function checkScalar(owner: string, name: string, value: unknown): void {
  if (!reading(owner, name, () => isArray(value)) || (value as JaxArray).shape.length > 0) {
    const got = isArray(value) ? `shape ${show(value.shape)}` : show(value);
    throw new TypeError(expects(owner, `${name} to be a scalar array`, got));
  }
}

/** The arrays that a tree has under these names, read once. */
function readTree<Name extends string>(
  owner: string,
  name: string,
  tree: object,
  names: readonly Name[],
): Partial<Record<Name, unknown>> {
  const isTree = () =>
    typeof tree === "object" && tree !== null && !Array.isArray(tree) && !isArray(tree);
  if (!reading(owner, name, isTree)) {
    throw new TypeError(expects(owner, `${name} to be { ${names.join(", ")} }`, show(tree)));
  }
  const keys = reading(owner, name, () => Object.keys(tree));
  const unknown = keys.find((key) => !(names as readonly string[]).includes(key));
  if (unknown !== undefined) {
    const wanted = `${name} to have keys among ${names.join(", ")}`;
    throw new TypeError(expects(owner, wanted, show(unknown)));
  }
  // A key that is there without an array is an error.
  const arrays = readFields(owner, name, tree, names);
  for (const name of names) if (keys.includes(name)) arrays[name] ??= undefined;
  return arrays;
}
