import { printTable, type SkippedLayer, skippedRows } from "../report.ts";

/** A batch norm that went into the layer before it. */
export interface FoldedLayer {
  /** Path of the batch norm that is gone. */
  readonly path: string;
  /** Path of the convolution or dense layer that does its work now. */
  readonly into: string;
}

/** What folding did. Prints as a table. */
export interface Folding {
  /** In the model's order. */
  readonly folded: readonly FoldedLayer[];
  /** Batch norms that stay, and why. */
  readonly skipped: readonly SkippedLayer[];
  /** The table. */
  toString(): string;
}

/** A folding that prints itself. */
export function folding(
  folded: readonly FoldedLayer[],
  skipped: readonly SkippedLayer[],
): Folding {
  const rows = () => folded.map(({ path, into }) => ({ path, text: `into ${into}` }));
  const summary = [`${folded.length} folded, ${skipped.length} left`];
  return {
    folded,
    skipped,
    toString: () => printTable([...rows(), ...skippedRows(skipped)], summary),
  };
}
