import { expects, readFields, reading, show } from "@renorm/schedule/checks";
import type { ReadMask } from "../math/mask.ts";
import type { FloatArray, Layout } from "../tensor.ts";
import { kindOf, readShape } from "./tensors.ts";
import type { Input } from "./view.ts";

/** Reads the mask of an input; null where there is none, or where every position counts. */
export function readMask(
  owner: string,
  given: unknown,
  { x, view: whole }: Input<FloatArray>,
  layout: Layout = "channels-first",
): ReadMask | null {
  if (given === undefined) return null;
  const refuse = (wanted: string, got: string, Kind = TypeError) =>
    new Kind(expects(owner, wanted, got));
  const isList = (value: unknown) =>
    ["Uint8Array", "Float32Array"].includes(kindOf(value) ?? "") ||
    reading(owner, "a mask", () => Array.isArray(value));
  const fields = isList(given)
    ? { data: given }
    : readFields(owner, "mask", given, ["data", "shape"]);
  const { data, shape } = fields as { data: ArrayLike<unknown>; shape?: unknown };
  if (!isList(data)) {
    throw refuse("a mask in a Uint8Array, a Float32Array or a list", show(data ?? given));
  }
  const wanted = x.shape.toSpliced(layout === "channels-last" ? -1 : 1, 1);
  const { channels, outer, inner } = whole;
  const read = shape && reading(owner, "mask.shape", () => readShape(shape));
  if (data.length !== outer * inner || shape !== undefined && `${read}` !== `${wanted}`) {
    const got = shape === undefined ? `${data.length} values` : `shape ${show(shape)}`;
    throw refuse(`a mask of shape ${show(wanted)}, x without its channels`, got);
  }
  const flags = new Uint8Array(outer * inner);
  const positions: number[] = [];
  for (let i = 0; i < flags.length; i++) {
    const value = reading(owner, "a mask", () => data[i]);
    if (value === 1 || value === true) {
      flags[i] = 1;
      positions.push(Math.floor(i / inner) * channels * inner + i % inner);
    } else if (value !== 0 && value !== false) {
      const Kind = typeof value === "number" ? RangeError : TypeError;
      throw refuse("a mask of 0 and 1", `${show(value)} at ${i}`, Kind);
    }
  }
  const m = positions.length;
  const [rows, run] = inner === 1 ? [m, 1] : [1, m];
  const view = { outer: rows, channels, inner: run, m };
  return m === whole.m ? null : { flags, positions: Uint32Array.from(positions), whole, view };
}
