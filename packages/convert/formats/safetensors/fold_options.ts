import { checkFoldOptions } from "../../fold/fold_options.ts";
import type { EpsByPath } from "./eps_by_path.ts";
import type { PairOptions } from "./norm_pairs.ts";

/** What a checkpoint does not say of its layers. */
export interface FoldSafetensorsOptions extends PairOptions {
  /**
   * Added to a variance under the root: one number, or one for each path, in which `*` is any
   * characters. Default 1e-5, PyTorch's.
   */
  eps?: EpsByPath;
  /**
   * Paths of the transposed convolutions, whose weights have their outputs on the second axis. All
   * other weights have them on the first.
   */
  transposed?: readonly string[];
  /** Which batch norms to fold, by path. Default: all. */
  filter?: (path: string) => boolean;
}

/** Throws unless every option is known and of its kind; paths are looked up in the file. */
export function checkFoldSafetensorsOptions(options: FoldSafetensorsOptions): void {
  // What eps, pairs and like hold is checked where they are read.
  const isChecked = () => null;
  checkFoldOptions(options, {
    eps: isChecked,
    pairs: isChecked,
    like: isChecked,
    byName: (value) => typeof value === "boolean" ? null : "to be true or false",
    transposed: (value) => Array.isArray(value) ? null : "to be a list of paths",
  });
}
