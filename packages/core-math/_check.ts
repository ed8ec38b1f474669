/**
 * Checks of the public edge. Every text says what was wanted, then what came. `owner` is the
 * function or class that the caller called.
 */
import type { FloatArray, Layout, Tensor } from "./tensor.ts";

/** A value as it reads in an error: arrays as `[4, 8]`, strings in quotes. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) return value.constructor?.name ?? "an object";
  return String(value);
}

export function expects(owner: string, wanted: string, got: string): string {
  return `${owner} expects ${wanted}: got ${got}`;
}

/** Throws a `TypeError` when `options` has a name that is not in `names`. */
export function checkOptionNames(owner: string, options: object, names: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(expects(owner, "options to be an object", show(options)));
  }
  for (const name of Object.keys(options)) {
    if (!names.includes(name)) {
      throw new TypeError(expects(owner, `options among ${names.join(", ")}`, show(name)));
    }
  }
}

/** Throws unless `value` is a number for which `holds` is true. */
export function checkNumber(
  owner: string,
  name: string,
  value: unknown,
  wanted: string,
  holds: (value: number) => boolean,
): void {
  if (typeof value !== "number") {
    throw new TypeError(expects(owner, `${name} to be ${wanted}`, show(value)));
  }
  if (!holds(value)) {
    throw new RangeError(expects(owner, `${name} to be ${wanted}`, show(value)));
  }
}

export function checkEps(owner: string, eps: unknown): void {
  checkNumber(owner, "eps", eps, "finite and above 0", (v) => Number.isFinite(v) && v > 0);
}

export function checkMomentum(owner: string, momentum: unknown): void {
  checkNumber(owner, "momentum", momentum, "a number in [0, 1]", (v) => v >= 0 && v <= 1);
}

export function checkLimits(owner: string, rmax: unknown, dmax: unknown): void {
  checkNumber(owner, "rmax", rmax, "a number of at least 1", (v) => v >= 1);
  checkNumber(owner, "dmax", dmax, "a number of at least 0", (v) => v >= 0);
}

export function checkCount(owner: string, name: string, value: unknown, least: number): void {
  const holds = (v: number) => Number.isSafeInteger(v) && v >= least;
  checkNumber(owner, name, value, `an integer of at least ${least}`, holds);
}

/** Throws a `RangeError` (a string) or `TypeError` (anything else) when not one of `choices`. */
export function checkChoice(
  owner: string,
  name: string,
  value: unknown,
  choices: readonly string[],
): void {
  if (typeof value === "string" && choices.includes(value)) return;
  const text = expects(owner, `${name} to be ${choices.map(show).join(" or ")}`, show(value));
  throw typeof value === "string" ? new RangeError(text) : new TypeError(text);
}

export function checkBoolean(owner: string, name: string, value: unknown): void {
  if (typeof value !== "boolean") {
    throw new TypeError(expects(owner, `${name} to be true or false`, show(value)));
  }
}

export function checkLayout(owner: string, layout: unknown): asserts layout is Layout {
  checkChoice(owner, "layout", layout, ["channels-first", "channels-last"]);
}

/** Throws a `TypeError` unless `tensor` holds a float array with one value for each place. */
export function checkTensor(owner: string, name: string, tensor: Tensor<FloatArray>): void {
  const { data, shape } = (tensor ?? {}) as Partial<Tensor<FloatArray>>;
  if (!(data instanceof Float32Array || data instanceof Float64Array)) {
    throw new TypeError(
      expects(owner, `${name}.data to be a Float32Array or Float64Array`, show(data)),
    );
  }
  if (!Array.isArray(shape) || !shape.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw new TypeError(
      expects(owner, `${name}.shape to be an array of integers of at least 0`, show(shape)),
    );
  }
  const length = shape.reduce((product, n) => product * n, 1);
  if (data.length !== length) {
    const wanted = `${name}.data to have ${length} values for shape ${show(shape)}`;
    throw new TypeError(expects(owner, wanted, String(data.length)));
  }
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}

/** Throws a `TypeError` unless `tensor` is well-formed and alike in shape and array kind. */
export function checkAlike(
  owner: string,
  name: string,
  tensor: Tensor<FloatArray>,
  model: Tensor<FloatArray>,
): void {
  checkTensor(owner, name, tensor);
  if (!sameShape(tensor.shape, model.shape)) {
    const wanted = `${name} to have shape ${show(model.shape)}`;
    throw new TypeError(expects(owner, wanted, show(tensor.shape)));
  }
  if (tensor.data.constructor !== model.data.constructor) {
    const wanted = `${name}.data to be a ${model.data.constructor.name}`;
    throw new TypeError(expects(owner, wanted, show(tensor.data)));
  }
}

/** Throws a `TypeError` when `out` is not alike `x` or lies in the same memory as `x`. */
export function checkOut(
  owner: string,
  out: Tensor<FloatArray>,
  x: Tensor<FloatArray>,
): void {
  checkAlike(owner, "out", out, x);
  if (sharesMemory(out.data, x.data)) {
    throw new TypeError(
      expects(owner, "out to share no memory with x, which backward reads", "an overlap"),
    );
  }
}

function sharesMemory(a: FloatArray, b: FloatArray): boolean {
  return a.buffer === b.buffer &&
    a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength;
}

/** Throws a `TypeError` unless `vector`, where given, has one value for each channel. */
export function checkVector(
  owner: string,
  name: string,
  vector: ArrayLike<number> | null | undefined,
  channels: number,
): void {
  if (vector === null || vector === undefined) return;
  if (!(vector instanceof Float32Array || vector instanceof Float64Array)) {
    throw new TypeError(expects(owner, `${name} to be a float array`, show(vector)));
  }
  if (vector.length !== channels) {
    const wanted = `${name} to have ${channels} values, one a channel`;
    throw new TypeError(expects(owner, wanted, String(vector.length)));
  }
}

/** Throws a `TypeError` unless both running statistics are there with one value a channel. */
export function checkRunningStats(
  owner: string,
  running: { readonly runningMean?: Float32Array; readonly runningVar?: Float32Array },
  channels: number,
): void {
  for (const name of ["runningMean", "runningVar"] as const) {
    if (!running[name]) throw new TypeError(expects(owner, name, show(running[name])));
    checkVector(owner, name, running[name], channels);
  }
}

/** Throws a `RangeError` when the variance of a channel would rest on a single value. */
export function checkMoreThanOneValue(owner: string, m: number, shape: readonly number[]): void {
  if (m === 1) {
    const wanted = "more than 1 value per channel when training";
    throw new RangeError(expects(owner, wanted, `shape ${show(shape)}`));
  }
}
