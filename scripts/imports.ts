/** What code imports, read by TypeScript's own parser. */
import ts from "typescript";

/** An import of a file. */
export interface Import {
  /**
   * What is written: `./moments.ts`, `@renorm/core-math`. The code itself where it is no plain
   * string.
   */
  readonly specifier: string;
  /** Whether it is loaded on demand: `import("fflate")`. */
  readonly isDynamic: boolean;
}

/** All imports of a file: static ones, re-exports, dynamic ones and those of types. */
export function importsOf(code: string): Import[] {
  const imports: Import[] = [];
  const add = (node: ts.Node | undefined, isDynamic = false) => {
    if (node === undefined) return;
    const specifier = ts.isStringLiteralLike(node)
      ? node.text
      : code.slice(node.pos, node.end).trim();
    imports.push({ specifier, isDynamic });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal);
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], true);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("code.ts", code, ts.ScriptTarget.Latest));
  return imports;
}
