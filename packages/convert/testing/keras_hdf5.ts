/** The `.h5` models of Keras, made in memory. */
import { textAttribute } from "../formats/keras/hdf5_texts.ts";
import {
  emptyGroup,
  type Hdf5Group,
  type Hdf5Values,
  writeHdf5,
} from "../formats/keras/hdf5_tree.ts";

/** A list of texts. */
export const text = (...values: string[]) => ({ values, shape: [values.length], dtype: "S" });

/** Values in float32. */
export const floats = (values: number[], shape: number[] = [values.length]) => ({
  values: Float32Array.from(values),
  shape,
  dtype: "<f",
  attributes: {},
});

/** The weights of a layer by their names. */
export type Weights = Record<string, Hdf5Values>;

/** An `.h5` model as Keras lays one out: one group per layer, its weights by their names. */
export function kerasHdf5(config: unknown, layers: Record<string, Weights>): Promise<Uint8Array> {
  const stored = emptyGroup();
  for (const [layer, weights] of Object.entries(layers)) {
    const names = Object.keys(weights);
    // As NumPy writes an empty list.
    const none = { values: new Float64Array(0), shape: [0], dtype: "<d" };
    const attributes = { weight_names: names.length > 0 ? text(...names) : none };
    const group = { ...emptyGroup(), attributes };
    stored.groups.set(layer, group);
    for (const [name, values] of Object.entries(weights)) {
      const parts = name.split("/");
      const last = parts.pop()!;
      let at: Hdf5Group = group;
      for (const part of parts) {
        if (!at.groups.has(part)) at.groups.set(part, emptyGroup());
        at = at.groups.get(part)!;
      }
      at.datasets.set(last, values);
    }
  }
  const named: Hdf5Group = { ...stored, attributes: { layer_names: text(...Object.keys(layers)) } };
  const optimizer = { ...emptyGroup(), datasets: new Map([["iterations", floats([3])]]) };
  return writeHdf5({
    groups: new Map([["model_weights", named], ["optimizer_weights", optimizer]]),
    datasets: new Map(),
    attributes: {
      model_config: textAttribute(JSON.stringify(config)),
      training_config: textAttribute("{}"),
    },
  });
}
