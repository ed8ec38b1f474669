import assert from "node:assert/strict";
import { importedPackages, packagesAtStart } from "./imported_packages.ts";

Deno.test("packages are found in every kind of import, without the path behind them", () => {
  const code = `
    import a from "static"; import "effect"; import type { T } from "@scope/types/deep.js";
    export * from "exported";
    const lazy = await import("lazy"); type U = import("typed").U; import again from "static";`;
  assert.deepEqual(importedPackages(code), [
    "static",
    "effect",
    "@scope/types",
    "exported",
    "lazy",
    "typed",
  ]);
});

Deno.test("files, modules of Node, strings and comments are no packages", () => {
  const code = `
    import a from "./a.js"; import { b } from "../b.js"; import fs from "node:fs";
    /** import x from "commented" */ // from "line"
    const wanted = 'import * as tf from "quoted"'; const text = \`from "template" \${a}\`;`;
  assert.deepEqual(importedPackages(code), []);
});

Deno.test("what only a dynamic import loads is not needed at the start", () => {
  const code = `
    import a from "static"; export * from "@scope/exported";
    const lazy = await import("lazy"); const late = await import(
      'late'
    ); const both = await import("static");`;
  assert.deepEqual(packagesAtStart(code), ["static", "@scope/exported"]);
});
