/** A layer that was converted. */
export interface ConvertedLayer {
  /** Names from the root, with dots between. Empty for a root. */
  readonly path: string;
  /** The layer as its model printed it before. */
  readonly before: string;
  /** And prints it now. */
  readonly after: string;
}

/** A layer that was left as it is. */
export interface SkippedLayer {
  /** Names from the root, with dots between. */
  readonly path: string;
  /** Why. */
  readonly reason: string;
}

/** What a conversion did. Prints as a table. */
export interface ConversionReport {
  /** Layers that were converted, in the model's order. */
  readonly converted: readonly ConvertedLayer[];
  /** Layers that were not, and why. */
  readonly skipped: readonly SkippedLayer[];
  /** The table. */
  toString(): string;
}

/** A conversion of a model in memory. */
export interface Conversion<Node> extends ConversionReport {
  /** The model: the one that was given, but for a root that is itself a converted layer. */
  readonly model: Node;
}

/** A report that prints itself. */
export function conversionReport(
  converted: readonly ConvertedLayer[],
  skipped: readonly SkippedLayer[],
): ConversionReport {
  return { converted, skipped, toString: () => conversionTable(converted, skipped) };
}

/** The table: a row before and a row after for each converted layer, then what was skipped. */
export function conversionTable(
  converted: readonly ConvertedLayer[],
  skipped: readonly SkippedLayer[],
): string {
  const width = Math.max(0, ...[...converted, ...skipped].map(({ path }) => named(path).length));
  const lines = converted.flatMap(({ path, before, after }) => [
    `${named(path).padEnd(width)}  - ${before}`,
    `${"".padEnd(width)}  + ${after}`,
  ]);
  for (const { path, reason } of skipped) lines.push(`${named(path).padEnd(width)}  ! ${reason}`);
  lines.push(`${converted.length} converted, ${skipped.length} skipped`);
  return lines.join("\n");
}

function named(path: string): string {
  return path === "" ? "(root)" : path;
}
