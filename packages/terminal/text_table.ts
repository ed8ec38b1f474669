/** Tables and paragraphs for a terminal. */

/** Columns padded to their widest cell; words to the left, numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((name, c) => Math.max(name.length, ...rows.map((row) => row[c].length)));
  const isText = head.map((_, c) => rows.every((row) => /^[a-z]/.test(row[c])));
  const line = (cells: readonly string[]) =>
    "  " +
    cells.map((cell, c) => isText[c] ? cell.padEnd(widths[c]) : cell.padStart(widths[c])).join("  ")
      .trimEnd();
  return [
    line(head),
    "  " + widths.map((width) => "-".repeat(width)).join("  "),
    ...rows.map(line),
  ];
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
