import ts from "typescript";

/** A cell of a notebook. */
export interface Cell {
  readonly kind: "markdown" | "code";
  readonly text: string;
}

/**
 * A page of the guide as cells: each block of TypeScript is a cell of code, unless it needs a GPU;
 * all else stays text, with `$$` around a formula, as notebooks write it.
 */
export function notebookCells(page: string): Cell[] {
  const parts = page.split(/^```ts\n(.*?)^```$/gms);
  return parts.map((part, i): Cell =>
    i % 2 === 1
      ? { kind: "code", text: fromDocs(printing(part)) }
      : { kind: "markdown", text: part.replace(/^```math\n(.*?)\n```$/gms, "$$$$\n$1\n$$$$") }
  ).map(({ kind, text }) => ({ kind, text: text.trim() })).filter(({ text }) => text !== "");
}

/** Assertions that a value is what stands beside it. */
const comparisons = ["equal", "deepEqual", "match"];

/** The code with a line of output in place of each comparison of a value with what it should be. */
function printing(code: string): string {
  const source = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest);
  let printed = code;
  for (const statement of source.statements.toReversed()) {
    if (!ts.isExpressionStatement(statement) || !ts.isCallExpression(statement.expression)) {
      continue;
    }
    const { expression: callee, arguments: [value, expected] } = statement.expression;
    if (!comparisons.some((name) => callee.getText(source) === `assert.${name}`)) continue;
    // What equals another value that the code computes says enough by being equal.
    if (ts.isIdentifier(expected)) continue;
    printed = printed.slice(0, statement.getStart(source)) +
      `console.log(${value.getText(source)});` + printed.slice(statement.end);
  }
  return printed.includes("assert.") ? printed : printed.replace(/^import assert .*\n/m, "");
}

/** Files are found from the folder of the notebooks, and not from the repository's. */
function fromDocs(code: string): string {
  return code.replace(
    /"(docs|packages)\//g,
    (_, folder) => folder === "docs" ? '"' : '"../packages/',
  );
}
