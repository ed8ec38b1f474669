/** Tables of the pages in `docs`, for the tests that hold them to the numbers they tell of. */

/** The rows of the table that begins with a heading, cells trimmed. */
export function tableOf(page: string, heading: string): string[][] {
  const [, rows] = page.match(new RegExp(`^\\| ${heading} .*\\n\\|[-| ]+\\n((?:\\|.*\\n)+)`, "m"))!;
  return rows.trimEnd().split("\n").map((row) => row.split("|").slice(1, -1).map((c) => c.trim()));
}
