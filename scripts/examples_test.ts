import assert from "node:assert/strict";
import { join } from "node:path";
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
