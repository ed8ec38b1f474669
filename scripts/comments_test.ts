import assert from "node:assert/strict";
import { relative } from "node:path";
import { repository } from "./release/public_packages.ts";
import { sourceFiles } from "./source_files.ts";

/** The lines of comments that go beyond 100 columns, where `deno fmt` leaves them; by number. */
function longComments(text: string): number[] {
  return text.split("\n").flatMap((line, i) =>
    /^\s*(\/?\*+|\/\/) /.test(line) && [...line].length > 100 ? [i + 1] : []
  );
}

Deno.test("no line of a comment goes beyond 100 columns", async () => {
  const folders = ["packages", "scripts"].map((name) => `${repository}${name}`);
  const long: string[] = [];
  for (const file of await sourceFiles(folders, /\.[mc]?[jt]s$/)) {
    const lines = longComments(await Deno.readTextFile(file));
    long.push(...lines.map((line) => `${relative(repository, file)}:${line}`));
  }
  assert.deepEqual(long, []);
});

Deno.test("a comment is found by its columns, in a block or behind two strokes", () => {
  const words = "ö".repeat(97);
  const lines = [` * ${words}`, ` * ${words}ö`, `// ${words}`, `// ${words}ö`, `f("${words}ö");`];
  assert.deepEqual(longComments([...lines, `/** ${words} */`].join("\n")), [2, 4, 6]);
});
