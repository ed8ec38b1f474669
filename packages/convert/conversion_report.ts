import { printTable, type Row, type SkippedLayer, skippedRows } from "./report_table.ts";

/** A layer that was converted. */
export interface ConvertedLayer {
  /** Names from the root, with dots between. Empty for a root. */
  readonly path: string;
  /** The layer as its model printed it before. */
  readonly before: string;
  /** And prints it now. */
  readonly after: string;
}

/** What a conversion did. Prints as a table. */
export interface ConversionReport {
  /** Layers that were converted, in the model's order. */
  readonly converted: readonly ConvertedLayer[];
  /** Layers that were not, and why. */
  readonly skipped: readonly SkippedLayer[];
  /** What else there is to know: what was assumed, what the file holds. */
  readonly notes?: readonly string[];
  /** The table. */
  toString(): string;
}

/** A conversion of a model in memory. */
export interface Conversion<Node> extends ConversionReport {
  /** The model: the one that was given, but for a root that is itself a converted layer. */
  readonly model: Node;
}

/** A report that prints itself: a row before and a row after for each converted layer. */
export function conversionReport(
  converted: readonly ConvertedLayer[],
  skipped: readonly SkippedLayer[],
  notes: readonly string[] = [],
): ConversionReport {
  const rows = (): Row[] =>
    converted.flatMap(({ path, before, after }) => [
      { path, text: `- ${before}` },
      { text: `+ ${after}` },
    ]);
  const summary = `${converted.length} converted, ${skipped.length} skipped`;
  return {
    converted,
    skipped,
    notes,
    toString: () => printTable([...rows(), ...skippedRows(skipped)], notes, summary),
  };
}
