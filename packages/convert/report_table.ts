import { visibleText } from "./files/visible_text.ts";

/** The one table that inspections, conversions and foldings print. */

/** A row: a layer's path and what is said of it; without a path it belongs to the row above. */
export interface Row {
  /** Names from the root, with dots between. Empty for a root. */
  readonly path?: string;
  /** What is said. */
  readonly text: string;
}

/** A layer that was left as it is. */
export interface SkippedLayer {
  /** Names from the root, with dots between. */
  readonly path: string;
  /** Why. */
  readonly reason: string;
}

/** The rows with their paths as the first column, then notes, then the line that sums them up. */
export function printTable(
  rows: readonly Row[],
  notes: readonly string[],
  summary: string,
): string {
  const named = rows.map(({ path, text }) => ({
    name: path === "" ? "(root)" : visibleText(path ?? ""),
    text: visibleText(text),
  }));
  const width = named.reduce((most, { name }) => Math.max(most, name.length), 0);
  return [
    ...named.map(({ name, text }) => `${name.padEnd(width)}  ${text}`),
    ...notes.map((note) => `note: ${visibleText(note)}`),
    summary,
  ].join("\n");
}

/** The rows of layers that were left. */
export function skippedRows(skipped: readonly SkippedLayer[]): Row[] {
  return skipped.map(({ path, reason }) => ({ path, text: `! ${reason}` }));
}
