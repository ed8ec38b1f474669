/**
 * Checks of the public edge. Every text says what was wanted, then what came. `owner` is the
 * function or class that the caller called. What a caller hands in is read once, into plain values.
 */
import type { FloatArray, Tensor } from "../tensor.ts";

/** A value as it reads in an error: arrays as `[4, 8]`, strings in quotes. It never throws. */
export function show(value: unknown, depth = 2): string {
  try {
    if (Array.isArray(value)) {
      // A hole reads as undefined; of a circle or a long list the start.
      const start = value.slice(0, depth && 16);
      return `[${Array.from(start, (part) => show(part, depth - 1)).join(", ")}]`;
    }
    if (typeof value === "string") return JSON.stringify(value);
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "function") return "a function";
    if (typeof value !== "object" || value === null) return String(value);
    return `${value.constructor?.name || "an object"}`;
  } catch {
    return "an object that cannot be read";
  }
}

/** The text of every error: `<owner> expects <wanted>: got <what came>`. */
export function expects(owner: string, wanted: string, got: string): string {
  return `${owner} expects ${wanted}: got ${got}`;
}

/**
 * Reads the named fields of a plain object or class instance once each, own and inherited. Another
 * name is an error, and so is a list, a Map or a promise, which would read as if it had no fields.
 *
 * @param wanted What the object should be, in words.
 * @param among What its names are.
 */
export function readPlain<Name extends string>(
  owner: string,
  wanted: string,
  among: string,
  value: unknown,
  names: readonly Name[],
): Partial<Record<Name, unknown>> {
  if (typeof value !== "object" || reading(owner, among, () => tagOf(value)) !== "Object") {
    throw new TypeError(expects(owner, wanted, show(value)));
  }
  const unknown = reading(owner, among, () => {
    for (const name in value) if (!(names as readonly string[]).includes(name)) return name;
  });
  if (unknown !== undefined) {
    throw new TypeError(expects(owner, `${among} among ${names.join(", ")}`, show(unknown)));
  }
  return readFields(owner, among, value, names);
}

/** Reads the named fields of an object once each, own and inherited; undefined is absent. */
export function readFields<Name extends string>(
  owner: string,
  what: string,
  value: unknown,
  names: readonly Name[],
): Partial<Record<Name, unknown>> {
  if (typeof value !== "object" || value === null) {
    throw new TypeError(expects(owner, `${what} to be an object`, show(value)));
  }
  return reading(owner, what, () => {
    const fields: Partial<Record<Name, unknown>> = {};
    for (const name of names) {
      const field = (value as Record<Name, unknown>)[name];
      if (field !== undefined) fields[name] = field;
    }
    return fields;
  });
}

/** What `read` gives; a getter or a proxy that throws is an error of the owner. */
export function reading<T>(owner: string, what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new TypeError(expects(owner, `${what} that can be read`, String(error)));
  }
}

/** What a value is, of this realm or another: `"Object"`, `"Map"`, `"Float32Array"`. */
function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** The kind of a typed array, of this realm or another; undefined for anything else. */
export function kindOf(value: unknown): string | undefined {
  return ArrayBuffer.isView(value) ? tagOf(value) : undefined;
}

/** Throws a `TypeError` unless `value` is a float array; gives it back. */
function floatArray<A extends FloatArray>(owner: string, name: string, value: unknown): A {
  const kind = kindOf(value);
  if (kind === "Float32Array" || kind === "Float64Array") return value as A;
  const wanted = `${name} to be a Float32Array or Float64Array`;
  throw new TypeError(expects(owner, wanted, show(value)));
}

/** A copy of an array of lengths; null when it is none. */
export function readShape(value: unknown): number[] | null {
  if (!Array.isArray(value)) return null;
  const shape: number[] = [];
  for (let i = 0; i < value.length; i++) {
    const length = value[i];
    if (!Number.isSafeInteger(length) || length < 0) return null;
    // −0 reads as 0.
    shape.push(length + 0);
  }
  return shape;
}

/** A tensor as plain values, whose float array has one value for each place of its shape. */
export function readTensor<A extends FloatArray>(
  owner: string,
  name: string,
  tensor: unknown,
): Tensor<A> {
  const fields = readFields(owner, name, tensor, ["data", "shape"]);
  const data = floatArray<A>(owner, `${name}.data`, fields.data);
  const shape = reading(owner, `${name}.shape`, () => readShape(fields.shape));
  if (!shape) {
    const wanted = `${name}.shape to be an array of integers of at least 0`;
    throw new TypeError(expects(owner, wanted, show(fields.shape)));
  }
  const length = shape.reduce((product, n) => product * n, 1);
  if (data.length !== length) {
    const wanted = `${name}.data to have ${length} values for shape ${show(shape)}`;
    throw new TypeError(expects(owner, wanted, String(data.length)));
  }
  return { data, shape };
}

/** The same for a tensor that must be alike another in shape and array kind. */
export function readAlike<A extends FloatArray>(
  owner: string,
  name: string,
  given: unknown,
  model: Tensor<A>,
): Tensor<A> {
  const tensor = readTensor<A>(owner, name, given);
  if (`${tensor.shape}` !== `${model.shape}`) {
    const wanted = `${name} to have shape ${show(model.shape)}`;
    throw new TypeError(expects(owner, wanted, show(tensor.shape)));
  }
  if (kindOf(tensor.data) !== kindOf(model.data)) {
    const wanted = `${name}.data to be a ${kindOf(model.data)}`;
    throw new TypeError(expects(owner, wanted, show(tensor.data)));
  }
  return tensor;
}

/** The same for `out`, which may not lie in the memory of x. */
export function readOut<A extends FloatArray>(
  owner: string,
  out: unknown,
  x: Tensor<A>,
): Tensor<A> {
  const tensor = readAlike(owner, "out", out, x);
  if (sharesMemory(tensor.data, x.data)) {
    throw new TypeError(
      expects(owner, "out to share no memory with x, which backward reads", "an overlap"),
    );
  }
  return tensor;
}

/** Whether two arrays have a byte in common. */
export function sharesMemory(a: FloatArray, b: FloatArray): boolean {
  return a.buffer === b.buffer &&
    a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength;
}

/** Throws a `TypeError` unless `vector` is a float array, with one value for each channel if told. */
export function checkVector(
  owner: string,
  name: string,
  vector: unknown,
  channels?: number,
): asserts vector is FloatArray {
  const { length } = floatArray(owner, name, vector);
  if (channels !== undefined && length !== channels) {
    const wanted = `${name} to have ${channels} values, one per channel`;
    throw new TypeError(expects(owner, wanted, String(length)));
  }
}

/** The same for each vector that is given; absent or null is none. */
export function checkVectors(
  owner: string,
  vectors: Readonly<Record<string, unknown>>,
  channels: number,
): void {
  for (const name in vectors) {
    const vector = vectors[name];
    if (vector !== null && vector !== undefined) checkVector(owner, name, vector, channels);
  }
}

/** Throws a `RangeError` when the variance of a channel would rest on a single value. */
export function checkMoreThanOneValue(owner: string, m: number, shape: readonly number[]): void {
  if (m === 1) {
    const wanted = "more than 1 value per channel when training";
    throw new RangeError(expects(owner, wanted, `shape ${show(shape)}`));
  }
}
