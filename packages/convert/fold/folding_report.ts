import { printTable, type SkippedLayer, skippedRows } from "../report_table.ts";

/** A batch norm that went into the layer before it. */
export interface FoldedLayer {
  /** Path of the batch norm that is gone. */
  readonly path: string;
  /** Path of the convolution or dense layer that does its work now. */
  readonly into: string;
  /** What was added to the variance under the root. */
  readonly eps: number;
  /** Whether the model says that eps, the caller gave it, or it is PyTorch's default. */
  readonly epsFrom: "model" | "caller" | "assumed";
  /**
   * Who says that the batch norm follows the layer: the model, the caller's pair or order of calls,
   * or a guess, by their names in a checkpoint or their fields in an object.
   */
  readonly by: "model" | "pair" | "order" | "guess";
  /** What else was assumed or should be looked at. */
  readonly notes: readonly string[];
}

/** What folding did. Prints as a table. */
export interface Folding {
  /** In the model's order. */
  readonly folded: readonly FoldedLayer[];
  /** Batch norms that stay, and why. */
  readonly skipped: readonly SkippedLayer[];
  /** What else there is to know: what was dropped, what the file holds. */
  readonly notes?: readonly string[];
  /** The table. */
  toString(): string;
}

/** A folding that prints itself. */
export function folding(
  folded: readonly FoldedLayer[],
  skipped: readonly SkippedLayer[],
  notes: readonly string[] = [],
): Folding {
  const rows = () => folded.map((layer) => ({ path: layer.path, text: printFolded(layer) }));
  const guesses = folded.filter(({ by }) => by === "guess").length;
  const guessed = guesses > 0 ? ` (${guesses} by a guess)` : "";
  const summary = `${folded.length} folded${guessed}, ${skipped.length} left`;
  return {
    folded,
    skipped,
    notes,
    toString: () => printTable([...rows(), ...skippedRows(skipped)], notes, summary),
  };
}

function printFolded({ into, eps, epsFrom, by, notes }: FoldedLayer): string {
  return [
    `into ${into}${by === "guess" ? " (a guess)" : ""}`,
    `eps ${eps < 1e-4 ? eps.toExponential() : eps}${epsFrom === "assumed" ? " (assumed)" : ""}`,
    ...notes,
  ].join(", ");
}
