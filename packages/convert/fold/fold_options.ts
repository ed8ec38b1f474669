/** Options of a folding of a model that knows its graph. */
export interface FoldOptions {
  /** Which batch norms to fold, by path. Default: all. */
  filter?: (path: string) => boolean;
}
