import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { sourceFiles } from "./source_files.ts";

/**
 * Spellings that take a URL for a path, or one system's paths for every system's. A URL has `%20`
 * for the space in a folder's name, and on Windows a slash before the drive.
 */
const wrongSpellings: readonly RegExp[] = [
  /import\.meta\.url\)\s*\.(pathname|href)/,
  /import\.meta\.url\s*\.(slice|substring|replace|replaceAll|split|match)\(/,
  /import\.meta\.resolve\([^)]*\)\s*\.(slice|substring|replace|replaceAll|split)\(/,
  /\b(entry|folder|file|path)\)?\.pathname\b/i,
  /["'`]file:\/\/(\/?\$\{|\/?["'`]\s*\+)/,
  /["'`]\/tmp\b/,
  /Deno\.env\.get\("(HOME|USERPROFILE|TMP|TEMP)"\)|process\.env\.(HOME|USERPROFILE|TMP|TEMP)\b/,
];

/** The lines that have such a spelling, as `path:line`. */
function findWrongSpellings(path: string, text: string): string[] {
  return text.split("\n").flatMap((line, i) =>
    wrongSpellings.some((spelling) => spelling.test(line)) ? [`${path}:${i + 1}`] : []
  );
}

Deno.test("no file takes a URL for a path", async () => {
  const root = fileURLToPath(new URL("../", import.meta.url));
  const folders = ["packages", "scripts"].map((name) => `${root}${name}`);
  const wrong: string[] = [];
  for (const file of await sourceFiles(folders, /\.ts$/)) {
    const path = file.slice(root.length).replaceAll("\\", "/");
    // This file has them all.
    if (path === "scripts/file_paths_test.ts") continue;
    wrong.push(...findWrongSpellings(path, await Deno.readTextFile(file)));
  }
  assert.deepEqual(wrong, []);
});

Deno.test("the spellings that broke are found, those that hold are not", () => {
  const wrong = [
    'const a = new URL("./a.ts", import.meta.url).pathname;',
    'const b = import.meta.url.slice("file://".length);',
    'const c = import.meta.resolve("./c.ts").replace("file://", "");',
    "const d = entry.pathname;",
    "const e = new URL(`file://${folder}`);",
    'const f = "file://" + folder;',
    'await Deno.writeTextFile("/tmp/g", "");',
    'const h = Deno.env.get("HOME");',
  ];
  for (const line of wrong) assert.deepEqual(findWrongSpellings("x.ts", line), ["x.ts:1"], line);
  const right = [
    'const a = fileURLToPath(new URL("./a.ts", import.meta.url));',
    'const b = await Deno.readFile(new URL("./b.bin", import.meta.url));',
    "const { pathname } = new URL(request.url);",
    "const d = pathToFileURL(folder);",
    "return import.meta.url.endsWith('.ts');",
  ];
  for (const line of right) assert.deepEqual(findWrongSpellings("x.ts", line), [], line);
});
