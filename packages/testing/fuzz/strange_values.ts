/**
 * Values that no caller should hand in, and some that look as if, for the fuzz of a public edge.
 */
import { Buffer } from "node:buffer";
import { createContext, runInContext } from "node:vm";
import fc from "fast-check";

/** Makes a strange value, which may be made of the right one that it stands for. */
type Strange = (right: unknown) => unknown;

class Config {
  get eps() {
    return 0.5;
  }
  get momentum() {
    return -1;
  }
}
class Singles extends Float32Array {}

const realm = createContext({});
const throwing = () => {
  throw new Error("not for you");
};
const numbers = [NaN, -1, 0, -0, 1, 0.5, 3, 1e300, -1e300, Infinity, -Infinity];
const constants: readonly unknown[] = [
  ...[null, undefined, true, false, "", "3", "biased", "channels-last", "throw", "float16"],
  ...[...numbers, 5e-324, 2 ** 28, 2 ** 31, 2 ** 53, 4n, -4n, Symbol("s")],
];

const strange: readonly Strange[] = [
  ...constants.map((value): Strange => () => value),
  // Lists and objects.
  () => [],
  () => [2, 3],
  () => [1, "2", 3n],
  () => Object.assign([2, 3, 2], { extra: 1 }),
  () => new Array(3),
  () => Object.assign(new Array(4), { 0: 2, 2: 2 }),
  () => [0, 2 ** 53 - 1],
  () => [-0, 3, 2.5],
  () => ({}),
  () => Object.create(null),
  () => Object.freeze({ eps: 1e-5 }),
  () => Object.create({ rmax: 0.1, eps: -1, updateStats: "no" }),
  () => new Config(),
  () => new Map([["rmax", 2]]),
  () => new Set([1]),
  () => new Date(0),
  () => /x/,
  () => () => 1,
  () => Object.assign(Promise.resolve(1), {}),
  () => ({ valueOf: () => 3, toString: () => "3", [Symbol.toPrimitive]: throwing }),
  () => ({ length: 3, 0: 1, 1: 1, 2: 1 }),
  () => ({ length: 2 ** 40 }),
  () => ({ data: [1, 2, 3], shape: [3, 1] }),
  () => ({ data: new Float32Array(12), shape: ["2", 3, 2] }),
  () => ({ data: new Float32Array(0), shape: [0, 2 ** 40] }),
  () => ({ data: new Float32Array(6).fill(1), shape: [2, 3] }),
  // Objects that cannot be read.
  () => new Proxy({}, { get: throwing, has: throwing, ownKeys: throwing }),
  () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
  () => ({
    get data() {
      return throwing();
    },
    get rmax() {
      return throwing();
    },
  }),
  // Arrays and what looks like them.
  ...[Float32Array, Float64Array, Int32Array, Uint8ClampedArray, Singles]
    .map((Kind): Strange => () => new Kind(3).fill(1)),
  () => new Float32Array(0),
  () => new BigInt64Array(3),
  () => new DataView(new ArrayBuffer(12)),
  () => new ArrayBuffer(12),
  () => Buffer.alloc(12),
  () => new Float32Array(new SharedArrayBuffer(12)),
  () => new Float32Array(new ArrayBuffer(12, { maxByteLength: 24 })),
  () => runInContext("new Float32Array(3)", realm),
  () => runInContext("[2, 3, 2]", realm),
  () => {
    const array = new Float32Array(3);
    structuredClone(array, { transfer: [array.buffer] });
    return array;
  },
  // The right value in other clothes.
  (right) => isObject(right) ? new Proxy(right, {}) : right,
  (right) => isObject(right) ? Object.create(right) : right,
  (right) => isPlain(right) ? Object.freeze({ ...right }) : right,
  (right) => isPlain(right) ? Object.setPrototypeOf({ ...right }, Config.prototype) : right,
  (right) => isPlain(right) ? { ...right, unknown: 1 } : right,
  (right) => right instanceof Float32Array ? new Float64Array(right) : right,
  (right) => right instanceof Float32Array ? [...right] : right,
  (right) => right instanceof Float32Array ? inAnotherRealm(right) : right,
  (right) => isPlain(right) ? changing(right) : right,
  (right) => Array.isArray(right) ? right.slice(1) : right,
  (right) => Array.isArray(right) ? right.map(String) : right,
];

/** A strange value for a right one: of the table, or anything. */
export function strangeValue(): fc.Arbitrary<Strange> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...strange) },
    {
      weight: 1,
      arbitrary: fc.anything({ withBigInt: true, withNullPrototype: true, withSparseArray: true })
        .map((value): Strange => () => value),
    },
    { weight: 1, arbitrary: fc.double().map((value): Strange => () => value) },
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return isObject(value) && Object.getPrototypeOf(value) === Object.prototype;
}

function inAnotherRealm(array: Float32Array): Float32Array {
  const other = runInContext(`new Float32Array(${array.length})`, realm);
  other.set(array);
  return other;
}

/** The same, but each field says something else after it was read once. */
function changing(right: Record<string, unknown>): object {
  const reads: Record<string, number> = {};
  return new Proxy(right, {
    get(target, name) {
      reads[String(name)] = (reads[String(name)] ?? 0) + 1;
      return reads[String(name)] === 1 ? Reflect.get(target, name) : -7;
    },
  });
}
