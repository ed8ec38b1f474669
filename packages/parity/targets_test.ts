import assert from "node:assert/strict";
import { readGoldenFolder } from "./golden_folder.ts";
import { hasPassed } from "./run_cases.ts";
import { targets } from "./targets.ts";

const { cases } = await readGoldenFolder(new URL("./golden/", import.meta.url));

for (const name of ["deno", "browser", "node"]) {
  Deno.test(`the kernels pass every golden case on the target ${name}`, async () => {
    const results = await Array.fromAsync(targets[name](cases));
    assert.ok(results.length >= 2 * cases.length, `${results.length} results`);
    assert.deepEqual(results.filter((result) => !hasPassed(result)), []);
  });
}
