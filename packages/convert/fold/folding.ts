import type { SkippedLayer } from "../conversion.ts";

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
  return { folded, skipped, toString: () => foldingTable(folded, skipped) };
}

function foldingTable(folded: readonly FoldedLayer[], skipped: readonly SkippedLayer[]): string {
  const width = Math.max(0, ...[...folded, ...skipped].map(({ path }) => path.length));
  return [
    ...folded.map(({ path, into }) => `${path.padEnd(width)}  into ${into}`),
    ...skipped.map(({ path, reason }) => `${path.padEnd(width)}  ! ${reason}`),
    `${folded.length} folded, ${skipped.length} left`,
  ].join("\n");
}
