import { readKerasArchive } from "./keras_archive.ts";
import { isHdf5, readKerasHdf5 } from "./keras_hdf5.ts";
import type { KerasModel } from "./keras_model.ts";

/** Reads a model of either form. */
export function readKerasModel(bytes: Uint8Array, file: string): Promise<KerasModel> {
  return isHdf5(bytes) ? readKerasHdf5(bytes, file) : readKerasArchive(bytes, file);
}
