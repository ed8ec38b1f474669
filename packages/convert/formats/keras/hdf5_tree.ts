/** An HDF5 file as a tree in memory, by way of the HDF5 library itself, compiled to WebAssembly. */
import type { Dataset, Group } from "h5wasm";
import { expects, show } from "@renorm/core-math/checks";
import { decode } from "../../files/dtypes.ts";
import { ModelFileError } from "../../files/model_file_error.ts";

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

/** A group without anything. */
export function emptyGroup(): Hdf5Group {
  return { groups: new Map(), datasets: new Map(), attributes: {} };
}

/** Groups within groups; Keras nests as deep as its models. */
const deepest = 100;

/** Loads HDF5: 15 MB on disk, which npm installs for those alone who ask for it. */
async function loadHdf5(): Promise<typeof import("h5wasm")> {
  try {
    return await import("h5wasm");
  } catch (cause) {
    const wanted = "the package h5wasm for the weights of a .keras or .h5 file";
    throw new Error(expects("convert", wanted, "none; npm install h5wasm"), { cause });
  }
}

/** Reads a whole file. */
export async function readHdf5(bytes: Uint8Array, file: string): Promise<Hdf5Group> {
  const { File, ready } = await loadHdf5();
  const module = await ready as unknown as Hdf5Module;
  const { FS } = module;
  const path = "/in.h5";
  // Errors as exceptions: otherwise the library prints them, and goes on with what it has not read.
  module.activate_throwing_error_handler();
  try {
    FS.writeFile(path, bytes);
    const opened = new File(path, "r");
    try {
      return groupReader(module, file)(opened, 0);
    } finally {
      opened.close();
    }
  } catch (error) {
    if (error instanceof ModelFileError) throw error;
    // The library's words go from its outermost function to what is wrong.
    const { message } = error as Error;
    const got = message.match(/minor: .*/g)?.at(-1)?.slice("minor: ".length) ?? message;
    throw new ModelFileError(file, "weights", "an HDF5 file", got);
  } finally {
    module.deactivate_throwing_error_handler();
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

/** What of h5wasm's inside has no types, and reads bytes that it has no array for. */
interface Hdf5Module {
  readonly FS: { writeFile(path: string, bytes: Uint8Array): void; unlink(path: string): void };
  activate_throwing_error_handler(): void;
  deactivate_throwing_error_handler(): void;
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  get_dataset_data(
    file: unknown,
    path: string,
    count: null,
    offset: null,
    strides: null,
    pointer: bigint,
  ): void;
}

/**
 * Reads a group with all below it. By hard links a group may stand at many places, even within
 * itself, so that a small file could have more paths than could ever be read; Keras makes none.
 */
function groupReader(module: Hdf5Module, file: string): (group: Group, depth: number) => Hdf5Group {
  const places = new Map<string, string>();
  return readGroup;

  function readGroup(group: Group, depth: number): Hdf5Group {
    if (depth > deepest) {
      throw new ModelFileError(file, group.path, `${deepest} groups deep`, "more");
    }
    const address = String(group.create_reference().ref_data);
    const other = places.get(address);
    if (other !== undefined) {
      throw new ModelFileError(file, group.path, "a group of its own", `that of ${other}`);
    }
    places.set(address, group.path);
    const tree: Hdf5Group = {
      groups: new Map(),
      datasets: new Map(),
      attributes: attributesOf(group, file),
    };
    for (const name of group.keys()) {
      const entity = group.get(name);
      if (entity && "keys" in entity) tree.groups.set(name, readGroup(entity, depth + 1));
      else if (entity && "dtype" in entity) {
        tree.datasets.set(name, readDataset(entity as Dataset, module, file));
      } else {
        throw new ModelFileError(file, `${group.path}/${name}`, "a group or a dataset", "neither");
      }
    }
    return tree;
  }
}

/**
 * A dataset's values. Those of 16 bits come as the float32 values that they are exactly, and are
 * written so: h5wasm has no type for them, and Keras rounds what it loads to the variable's own.
 */
function readDataset(dataset: Dataset, module: Hdf5Module, file: string): Hdf5Values {
  const { dtype, shape, metadata } = dataset;
  const attributes = attributesOf(dataset, file);
  const { dtype: named, ...others } = attributes;
  const half = dtype === "<e" ? "F16" : named?.values === "bfloat16" ? "BF16" : null;
  if (half && shape && metadata.size === 2) {
    const values = Float32Array.from(decode(half, rawBytes(dataset, module)));
    return { values, shape, dtype: "<f", attributes: half === "BF16" ? others : attributes };
  }
  const { value } = dataset;
  if (typeof dtype !== "string" || dtype === "unknown" || !shape || value === null) {
    throw new ModelFileError(file, dataset.path, "numbers or texts", show(dtype));
  }
  return { values: value, shape, dtype: littleEndian(dtype), attributes };
}

/** Values come in this machine's order, whatever that of the file, and are written so. */
function littleEndian(dtype: string): string {
  return dtype.replace(/^>/, "<");
}

function rawBytes({ file_id: id, path, metadata }: Dataset, module: Hdf5Module): Uint8Array {
  const length = metadata.size * metadata.total_size;
  const pointer = module._malloc(length);
  try {
    module.get_dataset_data(id, path, null, null, null, BigInt(pointer));
    return module.HEAPU8.slice(pointer, pointer + length);
  } finally {
    module._free(pointer);
  }
}

function attributesOf(owner: Group | Dataset, file: string): Hdf5Attributes {
  const read = Object.entries(owner.attrs).flatMap(([name, { value, shape, dtype }]) => {
    // One without values, of HDF5's null space, says nothing.
    if (value === null) return [];
    if (typeof dtype !== "string" || dtype === "unknown") {
      const place = `${owner.path}, attribute ${show(name)}`;
      throw new ModelFileError(file, place, "numbers or texts", show(dtype));
    }
    return [[name, { values: value, shape: shape ?? [], dtype: littleEndian(dtype) }]];
  });
  return Object.fromEntries(read);
}

function writeGroup(group: Group, tree: Hdf5Group): void {
  writeAttributes(group, tree.attributes);
  for (const [name, { values, shape, dtype, attributes }] of tree.datasets) {
    const data = values as Float32Array;
    group.create_dataset({ name, data, shape: [...shape], dtype });
    writeAttributes(group.get(name) as Dataset, attributes);
  }
  for (const [name, below] of tree.groups) writeGroup(group.create_group(name), below);
}

function writeAttributes(owner: Group | Dataset, attributes: Hdf5Attributes): void {
  for (const [name, { values, shape, dtype }] of Object.entries(attributes)) {
    owner.create_attribute(name, values as string, [...shape], dtype as "S");
  }
}
