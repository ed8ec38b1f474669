/**
 * Lists of texts as attributes of an HDF5 group, as Keras keeps the names of layers and weights.
 */
import type { Hdf5Group } from "./hdf5_tree.ts";

/**
 * The texts of an attribute; null when there is none. A list that is too long for one attribute
 * stands in several, `name0`, `name1` and so on.
 */
export function readTexts({ attributes }: Hdf5Group, name: string): string[] | null {
  if (Object.hasOwn(attributes, name)) return textsOf(attributes[name].values);
  const all: string[] = [];
  for (let part = 0; Object.hasOwn(attributes, `${name}${part}`); part++) {
    all.push(...textsOf(attributes[`${name}${part}`].values) ?? []);
  }
  return Object.hasOwn(attributes, `${name}0`) ? all : null;
}

function textsOf(values: unknown): string[] | null {
  if (typeof values === "string") return [values];
  // A list without texts has the type of NumPy's empty array: numbers.
  if (ArrayBuffer.isView(values)) return (values as Uint8Array).length === 0 ? [] : null;
  return Array.isArray(values) && values.every((value) => typeof value === "string")
    ? values
    : null;
}

/** The attributes of a group with a list of texts in the place of the one it had. */
export function withTexts(
  { attributes }: Hdf5Group,
  name: string,
  texts: readonly string[],
): Hdf5Group["attributes"] {
  const others = Object.entries(attributes).filter(([other]) =>
    !other.startsWith(name) || !/^\d*$/.test(other.slice(name.length))
  );
  const list = texts.length > 0
    ? { values: texts, shape: [texts.length], dtype: "S" }
    : { values: new Float64Array(0), shape: [0], dtype: "<d" };
  return { ...Object.fromEntries(others), [name]: list };
}

/** A text as an attribute. */
export function textAttribute(text: string): Hdf5Group["attributes"][string] {
  return { values: text, shape: [], dtype: "S" };
}
