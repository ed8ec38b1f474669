/** An HDF5 file as a tree in memory, by way of the HDF5 library itself, compiled to WebAssembly. */
import type { Dataset, Group } from "h5wasm";
import { expects, show } from "@renorm/core-math/checks";
import { ModelFileError } from "../model_file_error.ts";

/** Values with their shape and HDF5 type. */
export interface Hdf5Values {
  readonly values: unknown;
  readonly shape: readonly number[];
  /** As h5wasm writes it: `"<f"`, `"<i"`. */
  readonly dtype: string;
  readonly attributes: Hdf5Attributes;
}

/** A group of the file. */
export interface Hdf5Group {
  readonly groups: Map<string, Hdf5Group>;
  readonly datasets: Map<string, Hdf5Values>;
  readonly attributes: Hdf5Attributes;
}

type Hdf5Attributes = Readonly<Record<string, Omit<Hdf5Values, "attributes">>>;

/** Groups within groups; Keras nests as deep as its models. */
const deepest = 100;

/** Loads HDF5: 15 MB on disk, which npm installs for those alone who ask for it. */
async function loadHdf5(): Promise<typeof import("h5wasm")> {
  try {
    return await import("h5wasm");
  } catch (cause) {
    const wanted = "the package h5wasm for the weights of a .keras file";
    throw new Error(expects("convert", wanted, "none; npm install h5wasm"), { cause });
  }
}

/** Reads a whole file. */
export async function readHdf5(bytes: Uint8Array, file: string): Promise<Hdf5Group> {
  const { File, ready } = await loadHdf5();
  const { FS } = await ready;
  const path = "/in.h5";
  try {
    FS.writeFile(path, bytes);
    const opened = new File(path, "r");
    try {
      return readGroup(opened, file, 0);
    } finally {
      opened.close();
    }
  } catch (error) {
    if (error instanceof ModelFileError) throw error;
    throw new ModelFileError(file, "weights", "an HDF5 file", (error as Error).message);
  } finally {
    FS.unlink(path);
  }
}

/** Writes a whole file. */
export async function writeHdf5(tree: Hdf5Group): Promise<Uint8Array> {
  const { File, ready } = await loadHdf5();
  const { FS } = await ready;
  const path = "/out.h5";
  const opened = new File(path, "w");
  try {
    writeGroup(opened, tree);
  } finally {
    opened.close();
  }
  const bytes = FS.readFile(path);
  FS.unlink(path);
  return bytes;
}

function readGroup(group: Group, file: string, depth: number): Hdf5Group {
  if (depth > deepest) throw new ModelFileError(file, group.path, `${deepest} groups deep`, "more");
  const tree: Hdf5Group = {
    groups: new Map(),
    datasets: new Map(),
    attributes: attributesOf(group),
  };
  for (const name of group.keys()) {
    const entity = group.get(name);
    if (entity && "keys" in entity) tree.groups.set(name, readGroup(entity, file, depth + 1));
    else if (entity && "dtype" in entity) {
      tree.datasets.set(name, readDataset(entity as Dataset, file));
    } else {throw new ModelFileError(
        file,
        `${group.path}/${name}`,
        "a group or a dataset",
        "neither",
      );}
  }
  return tree;
}

function readDataset(dataset: Dataset, file: string): Hdf5Values {
  const { dtype, shape, value } = dataset;
  if (typeof dtype !== "string" || !shape || value === null) {
    throw new ModelFileError(file, dataset.path, "numbers or texts", show(dtype));
  }
  return { values: value, shape, dtype, attributes: attributesOf(dataset) };
}

function attributesOf({ attrs }: { attrs: Group["attrs"] }): Hdf5Attributes {
  return Object.fromEntries(
    Object.entries(attrs).map(([name, { value, shape, dtype }]) => [
      name,
      { values: value, shape: shape ?? [], dtype: dtype as string },
    ]),
  );
}

function writeGroup(group: Group, tree: Hdf5Group): void {
  writeAttributes(group, tree.attributes);
  for (const [name, { values, shape, dtype, attributes }] of tree.datasets) {
    const data = values as Float32Array;
    group.create_dataset({
      name,
      data: shape.length === 0 ? data : data,
      shape: [...shape],
      dtype,
    });
    writeAttributes(group.get(name) as Dataset, attributes);
  }
  for (const [name, below] of tree.groups) writeGroup(group.create_group(name), below);
}

function writeAttributes(owner: Group | Dataset, attributes: Hdf5Attributes): void {
  for (const [name, { values, shape, dtype }] of Object.entries(attributes)) {
    owner.create_attribute(name, values as string, [...shape], dtype as "S");
  }
}
