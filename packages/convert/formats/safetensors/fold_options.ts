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
