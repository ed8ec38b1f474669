/** Checks of what a call is given. They run before anything is consumed. */
import { checkMoreThanOneValue, checkOption, expects, show } from "@renorm/core-math/checks";
import { channelView, type Layout } from "@renorm/core-math";
import type { JaxArray } from "./jax_js.ts";
import type { NormParams, NormState } from "./parameters.ts";

/** What the shape of x tells. */
export interface CheckedInput {
  /** The axis of the channels. */
  readonly axis: number;
  /** Number of channels. */
  readonly channels: number;
  /** Values a channel. */
  readonly m: number;
}

/** Throws unless x is an array of floats of rank 2 to 5. */
export function checkInput(owner: string, x: JaxArray, layout: Layout): CheckedInput {
  checkFloats(owner, "x", x);
  const { shape } = x;
  if (shape.length < 2 || shape.length > 5) {
    throw new TypeError(expects(owner, "x of rank 2 to 5", `shape ${show(shape)}`));
  }
  const { channels, m } = channelView(shape, layout);
  return { axis: layout === "channels-last" ? shape.length - 1 : 1, channels, m };
}

/** The same, and that a channel has more than one value. */
export function checkTrainingInput(owner: string, x: JaxArray, layout: Layout): CheckedInput {
  const input = checkInput(owner, x, layout);
  checkMoreThanOneValue(owner, input.m, x.shape);
  return input;
}

/** Throws unless params has nothing but a weight and a bias of one value a channel. */
export function checkParams(owner: string, params: NormParams, channels: number): void {
  checkKeys(owner, "params", params, ["weight", "bias"]);
  for (const [name, value] of Object.entries(params)) {
    checkVector(owner, `params.${name}`, value, channels);
  }
}

/** Throws unless state has both running statistics and the counter, and nothing else. */
export function checkState(owner: string, state: NormState, channels: number): void {
  const names = ["runningMean", "runningVar", "numBatchesTracked"] as const;
  checkKeys(owner, "state", state, names);
  for (const name of names.slice(0, 2)) {
    checkVector(owner, `state.${name}`, state[name], channels);
  }
  checkScalar(owner, "state.numBatchesTracked", state.numBatchesTracked);
}

/** Throws unless a limit is a number in its range or a scalar array. */
export function checkLimit(owner: string, name: "rmax" | "dmax", value: unknown): void {
  if (isArray(value)) checkScalar(owner, name, value);
  else checkOption(owner, name, value);
}

/** Whether a value is an array of jax-js or a tracer. */
function isArray(value: unknown): value is JaxArray {
  const { shape, dtype } = (value ?? {}) as Partial<JaxArray>;
  return Array.isArray(shape) && typeof dtype === "string";
}

function checkFloats(owner: string, name: string, value: unknown): asserts value is JaxArray {
  if (!isArray(value)) {
    throw new TypeError(expects(owner, `${name} to be an array of jax-js`, show(value)));
  }
  if (!value.dtype.startsWith("float")) {
    throw new TypeError(expects(owner, `${name} to be of a float dtype`, value.dtype));
  }
}

function checkVector(owner: string, name: string, value: unknown, channels: number): void {
  checkFloats(owner, name, value);
  if (value.shape.length !== 1 || value.shape[0] !== channels) {
    const wanted = `${name} of shape [${channels}], a value a channel`;
    throw new TypeError(expects(owner, wanted, `shape ${show(value.shape)}`));
  }
}

function checkScalar(owner: string, name: string, value: unknown): void {
  if (!isArray(value) || value.shape.length > 0) {
    const got = isArray(value) ? `shape ${show(value.shape)}` : show(value);
    throw new TypeError(expects(owner, `${name} to be a scalar array`, got));
  }
}

function checkKeys(owner: string, name: string, tree: object, names: readonly string[]): void {
  if (typeof tree !== "object" || tree === null || Array.isArray(tree) || isArray(tree)) {
    throw new TypeError(expects(owner, `${name} to be { ${names.join(", ")} }`, show(tree)));
  }
  const unknown = Object.keys(tree).find((key) => !names.includes(key));
  if (unknown !== undefined) {
    const wanted = `${name} to have keys among ${names.join(", ")}`;
    throw new TypeError(expects(owner, wanted, show(unknown)));
  }
}
