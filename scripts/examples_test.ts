import assert from "node:assert/strict";
import { join } from "node:path";
import { runCommand } from "@renorm/testing/run_command";
import { publicPackages, repository } from "./release/public_packages.ts";
import { sourceFiles } from "./source_files.ts";

/** A function of the values of a new array, which are all 0. */
const onZeros = /new Float(?:32|64)Array\([^)[]*\)\s*\.map\((?:Math\.|\(?\w+\)?\s*=>)/;

Deno.test("no example or code maps the zeros of a new array", async () => {
  const paths = ["README.md", "docs", "packages", "scripts"].map((name) =>
    join(import.meta.dirname!, "..", name)
  );
  const files = await sourceFiles(paths, /\.(md|ts)$/);
  assert.ok(files.length > 100);
  for (const file of files) {
    if (file.endsWith("examples_test.ts")) continue;
    assert.doesNotMatch(await Deno.readTextFile(file), onZeros, file);
  }
  assert.match("new Float32Array(8).map(Math.sin)", onZeros);
  assert.match("new Float32Array(2 * 3).map((v) => v + 1)", onZeros);
  assert.doesNotMatch("new Float32Array(8).map((_, i) => Math.sin(i))", onZeros);
  assert.doesNotMatch("new Float32Array([1, 2]).map(Math.sin)", onZeros);
});

/**
 * Base classes and a class of errors, whose uses are examples of others; and what still lacks one.
 */
const withoutExample: readonly string[] = [
  ...["NormalizationLayer", "BatchRenormLayer", "GpuNormalizationLayer", "ModelFileError"],
  ...["encodeTrainingForward", "encodeBackward", "encodeInference"],
  ...["createWorkspace", "tableSize"],
];

/** The part of `deno doc --json` that is read. */
interface Documentation {
  readonly nodes: Readonly<Record<string, { readonly symbols: readonly ExportedSymbol[] }>>;
}

interface ExportedSymbol {
  readonly name: string;
  readonly declarations: readonly {
    readonly kind: string;
    readonly jsDoc?: { readonly tags?: readonly { readonly kind: string }[] };
  }[];
}

Deno.test("every public function and class has an example", async () => {
  for (const { name, folder, exports } of await publicPackages()) {
    const args = ["doc", "--json", `${folder}/${exports["."]}`];
    const { nodes }: Documentation = JSON.parse(
      await runCommand(Deno.execPath(), args, { cwd: repository }),
    );
    const symbols = Object.values(nodes).flatMap(({ symbols }) => symbols);
    assert.ok(symbols.length > 5, name);
    const lacking = symbols.filter(({ declarations }) =>
      declarations.some(({ kind }) => kind === "function" || kind === "class") &&
      !declarations.some(({ jsDoc }) => jsDoc?.tags?.some(({ kind }) => kind === "example"))
    ).map(({ name }) => name);
    assert.deepEqual(lacking.filter((one) => !withoutExample.includes(one)), [], name);
  }
});
