/** Tables and paragraphs for a terminal. */

/** A column: how wide it is, and at which of its sides the cells stand. */
export interface Column {
  readonly width: number;
  readonly side: "left" | "right";
}

/**
 * One line of a table: each cell padded to its column; one beyond the columns is as long as it is.
 */
export function tableLine(
  cells: readonly string[],
  columns: readonly Column[],
  gap = "  ",
): string {
  return cells.map((cell, c) => {
    const { width, side } = columns[c] ?? { width: 0, side: "left" };
    return side === "left" ? cell.padEnd(width) : cell.padStart(width);
  }).join(gap).trimEnd();
}

/** Columns padded to their widest cell; words to the left, numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const columns = head.map((name, c): Column => ({
    width: Math.max(name.length, ...rows.map((row) => row[c].length)),
    side: rows.every((row) => /^[a-z]/.test(row[c])) ? "left" : "right",
  }));
  return [head, columns.map(({ width }) => "-".repeat(width)), ...rows]
    .map((cells) => `  ${tableLine(cells, columns)}`);
}

/** Breaks a sentence into lines of at most that many characters. */
export function wrap(sentence: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of sentence.split(" ")) {
    const last = lines[lines.length - 1];
    if (last === undefined || last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
