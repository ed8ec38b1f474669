import assert from "node:assert/strict";
import ts from "typescript";
import { exportedFiles, publicPackages, repository } from "./public_packages.ts";

const packages = await publicPackages();

/**
 * TypeScript's errors of names that its library lacks: a property of a later one, and any global.
 */
const laterProperty = 2550;
const unknownNames = [2304, 2583];

/**
 * What the files and all they import use that came after ES2023, a line each; Node 20 has ES2023.
 */
function findLaterFeatures(files: readonly string[]): string[] {
  const paths = Object.entries(exportedFiles(packages)).map(([name, file]) => [name, [file]]);
  const program = ts.createProgram([...files], {
    noEmit: true,
    strict: true,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    types: [],
    paths: Object.fromEntries(paths),
  });
  const isLater = (code: number, text: string) =>
    code === laterProperty || unknownNames.includes(code) && !/name 'GPU/.test(text);
  return program.getSemanticDiagnostics().flatMap(({ code, file, messageText }) => {
    const text = ts.flattenDiagnosticMessageText(messageText, " ");
    return isLater(code, text) ? [`${file?.fileName.replace(repository, "")}: ${text}`] : [];
  });
}

Deno.test("the public packages use nothing of the language that Node 20 lacks", () => {
  assert.deepEqual(findLaterFeatures(Object.values(exportedFiles(packages))), []);
});

Deno.test("a method and a class of later years are found, in a file that is imported too", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/a.ts`, 'export { b } from "./b.ts";\nnew Set([1]).union;');
    await Deno.writeTextFile(`${folder}/b.ts`, "export const b = new Float16Array(2);");
    const [method, global, ...others] = findLaterFeatures([`${folder}/a.ts`]);
    assert.match(method, /a\.ts: .*'union'/);
    assert.match(global, /b\.ts: .*'Float16Array'/);
    assert.deepEqual(others, []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
