/** Tensors and vectors of a caller, read once into plain values. */
import { expects, readFields, reading, show, tagOf } from "@renorm/schedule/checks";
import { type FloatArray, type Output, type Tensor, tensorLike } from "../tensor.ts";

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

/** Where a result alike x goes: `out`, which may not lie in the memory of x, or a new tensor. */
export function readOut<A extends FloatArray>(
  owner: string,
  out: Tensor<A> | undefined,
  x: Tensor<A>,
): Output<A> {
  const tensor = out ?? tensorLike(x);
  const { data } = out ? readAlike(owner, "out", out, x) : tensor;
  if (sharesMemory(data, x.data)) {
    throw new TypeError(
      expects(owner, "out to share no memory with x, which backward reads", "an overlap"),
    );
  }
  return { tensor, data };
}

/** Whether two arrays have a byte in common. */
export function sharesMemory(a: FloatArray, b: FloatArray): boolean {
  return a.buffer === b.buffer &&
    a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength;
}

/**
 * Throws a `TypeError` unless `vector` is a float array, with one value for each channel if told.
 */
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

/** The same for each vector that is `needed` or given; absent or null is none. */
export function checkVectors(
  owner: string,
  vectors: Readonly<Record<string, unknown>>,
  channels: number,
  needed: readonly string[] = [],
): void {
  for (const name of [...needed, ...Object.keys(vectors)]) {
    const vector = vectors[name];
    const isNone = vector === null || vector === undefined;
    if (!isNone || needed.includes(name)) checkVector(owner, name, vector, channels);
  }
}

/** Throws a `RangeError` when the variance of a channel would rest on a single value. */
export function checkMoreThanOneValue(
  owner: string,
  m: number,
  shape: readonly number[],
  isMasked = false,
): void {
  if (m === 1) {
    const wanted = "more than 1 value per channel when training";
    const got = isMasked ? ", masked but for 1 position" : "";
    throw new RangeError(expects(owner, wanted, `shape ${show(shape)}${got}`));
  }
}
