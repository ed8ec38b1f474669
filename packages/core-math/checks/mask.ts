import { expects, readFields, reading, show } from "@renorm/schedule/checks";
import { maskOver, type ReadMask } from "../math/masked_loops.ts";
import type { FloatArray, Layout } from "../tensor.ts";
import { kindOf, readShape } from "./tensors.ts";
import type { Input } from "./view.ts";

/** Reads the mask of an input; null where there is none, or where every position counts. */
export function readMask(
  owner: string,
  given: unknown,
  { x, view }: Input<FloatArray>,
  layout: Layout = "channels-first",
): ReadMask | null {
  if (given === undefined) return null;
  const fields = readFields(owner, "mask", given, ["data", "shape"]);
  const shape = x.shape.toSpliced(layout === "channels-last" ? -1 : 1, 1);
  const got = reading(owner, "mask.shape", () => readShape(fields.shape));
  if (`${got}` !== `${shape}`) {
    const wanted = `mask of shape ${show(shape)}, x without its channels`;
    throw new TypeError(expects(owner, wanted, `shape ${show(fields.shape)}`));
  }
  const data = readFlags(owner, fields.data, view.outer * view.inner);
  const m = data.reduce((count, flag) => count + flag, 0);
  return m === view.m ? null : maskOver({ data, shape }, view, m);
}

/** A byte a position, 0 or 1. */
function readFlags(owner: string, given: unknown, length: number): Uint8Array {
  const isList = ["Uint8Array", "Float32Array"].includes(kindOf(given) ?? "") ||
    reading(owner, "mask.data", () => Array.isArray(given));
  if (!isList) {
    const wanted = "mask.data to be a Uint8Array, a Float32Array or a list";
    throw new TypeError(expects(owner, wanted, show(given)));
  }
  const values = given as ArrayLike<unknown>;
  if (values.length !== length) {
    const wanted = `mask.data to have ${length} values, one per position`;
    throw new TypeError(expects(owner, wanted, String(values.length)));
  }
  return Uint8Array.from({ length }, (_, i) => {
    const value = reading(owner, "mask.data", () => values[i]);
    if (value === 0 || value === 1 || typeof value === "boolean") return Number(value);
    const Kind = typeof value === "number" ? RangeError : TypeError;
    throw new Kind(expects(owner, "mask.data of 0 and 1", `${show(value)} at ${i}`));
  });
}
