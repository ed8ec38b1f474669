import assert from "node:assert/strict";
import { relative } from "node:path";
import { repository } from "./release/public_packages.ts";
import { sourceFiles } from "./source_files.ts";

/** The version of Deno that CI runs. */
const [, version] = /^version=(\S+)$/m.exec(await Deno.readTextFile(`${repository}.ci/run`)) ?? [];

/** The versions of Deno that a text names: `deno@2.9.6`, `Deno 2.9.6`. */
function denoVersions(text: string): string[] {
  return [...text.matchAll(/\bdeno[@ ](\d+\.\d+\.\d+)/gi)].map(([, found]) => found);
}

Deno.test("every command, page and comment names the Deno that CI runs", async () => {
  const paths = [repository, `${repository}.github`];
  const naming: string[] = [];
  for (const file of await sourceFiles(paths, /(?<!deno_version_test)\.(md|yml|ts)$/)) {
    const found = denoVersions(await Deno.readTextFile(file));
    const path = relative(repository, file);
    assert.deepEqual(found.filter((one) => one !== version), [], path);
    if (found.length > 0) naming.push(path);
  }
  for (const path of ["README.md", ".github/CONTRIBUTING.md", ".github/workflows/publish.yml"]) {
    assert.ok(naming.includes(path), path);
  }
});

Deno.test("a version is found in a command and in a sentence, but not one without its last part", () => {
  const text = "npx -y deno@1.2.3 task; Deno 4.5.6 has it, Deno 2.9 not";
  assert.deepEqual(denoVersions(text), ["1.2.3", "4.5.6"]);
});
