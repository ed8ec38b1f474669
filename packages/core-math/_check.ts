/**
 * Checks of the public edge. Every text says what was wanted, then what came. `owner` is the
 * function or class that the caller called.
 */
import type { RunningStats } from "./renorm_correction.ts";
import type { FloatArray, Tensor } from "./tensor.ts";

/** A value as it reads in an error: arrays as `[4, 8]`, strings in quotes. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) return value.constructor?.name ?? "an object";
  return String(value);
}

/** The text of every error: `<owner> expects <wanted>: got <what came>`. */
export function expects(owner: string, wanted: string, got: string): string {
  return `${owner} expects ${wanted}: got ${got}`;
}

/** Whether a value is an array of lengths. */
export function isShape(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

/** Throws a `TypeError` unless `value` is a float array. */
function checkFloatArray(
  owner: string,
  name: string,
  value: unknown,
): asserts value is FloatArray {
  if (!(value instanceof Float32Array || value instanceof Float64Array)) {
    const wanted = `${name} to be a Float32Array or Float64Array`;
    throw new TypeError(expects(owner, wanted, show(value)));
  }
}

/** Throws a `TypeError` unless `tensor` holds a float array with one value for each place. */
export function checkTensor(owner: string, name: string, tensor: Tensor<FloatArray>): void {
  const { data, shape } = tensor ?? {};
  checkFloatArray(owner, `${name}.data`, data);
  if (!isShape(shape)) {
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

/** Throws a `TypeError` unless `tensor` is well-formed and alike in shape and array kind. */
export function checkAlike(
  owner: string,
  name: string,
  tensor: Tensor<FloatArray>,
  model: Tensor<FloatArray>,
): void {
  checkTensor(owner, name, tensor);
  if (show(tensor.shape) !== show(model.shape)) {
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

/** Whether two arrays have a byte in common. */
export function sharesMemory(a: FloatArray, b: FloatArray): boolean {
  return a.buffer === b.buffer &&
    a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength;
}

/** Throws a `TypeError` unless each vector that is given has one value for each channel. */
export function checkVectors(
  owner: string,
  vectors: Readonly<Record<string, ArrayLike<number> | null | undefined>>,
  channels: number,
): void {
  for (const [name, vector] of Object.entries(vectors)) {
    if (vector === null || vector === undefined) continue;
    checkFloatArray(owner, name, vector);
    if (vector.length !== channels) {
      const wanted = `${name} to have ${channels} values, one a channel`;
      throw new TypeError(expects(owner, wanted, String(vector.length)));
    }
  }
}

/** Throws a `TypeError` unless both running statistics are there with one value a channel. */
export function checkRunningStats(
  owner: string,
  { runningMean, runningVar }: { [Key in keyof RunningStats]?: RunningStats[Key] | null },
  channels: number,
): void {
  for (const [name, vector] of Object.entries({ runningMean, runningVar })) {
    if (!vector) throw new TypeError(expects(owner, name, show(vector)));
    checkVectors(owner, { [name]: vector }, channels);
  }
}

/** Throws a `RangeError` when the variance of a channel would rest on a single value. */
export function checkMoreThanOneValue(owner: string, m: number, shape: readonly number[]): void {
  if (m === 1) {
    const wanted = "more than 1 value per channel when training";
    throw new RangeError(expects(owner, wanted, `shape ${show(shape)}`));
  }
}
