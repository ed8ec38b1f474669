import assert from "node:assert/strict";
import { importsOf } from "./imports.ts";

const specifiers = (code: string) => importsOf(code).map(({ specifier }) => specifier);

Deno.test("every kind of import is found", () => {
  const code = `
    import a from "static"; import "effect"; import type {
      T } from "@scope/types/deep.js"; export * from "exported"; export type { U } from "./type.ts";
    const f = async () => { if (x) { const lazy = await import("lazy"); } };
    type V = import("typed").V; type W = typeof import("./w.ts");
    import json from "./data.json" with { type: "json" };`;
  assert.deepEqual(specifiers(code), [
    "static",
    "effect",
    "@scope/types/deep.js",
    "exported",
    "./type.ts",
    "lazy",
    "typed",
    "./w.ts",
    "./data.json",
  ]);
  assert.deepEqual(importsOf(code).filter(({ isDynamic }) => isDynamic), [
    { specifier: "lazy", isDynamic: true },
  ]);
});

Deno.test("strings, templates and comments are no imports, and end none", () => {
  const code = `
    const glob = "src/*"; import { x } from "real"; // */
    /** import x from "commented" */ // from "line"
    const wanted = 'import * as tf from "quoted"'; const text = \`from "template" \${a}\`;
    const like = (from: string) => load.import("method");`;
  assert.deepEqual(specifiers(code), ["real"]);
});

Deno.test("a dynamic import of what is no plain string comes back as its code", () => {
  assert.deepEqual(specifiers("import(`npm:${name}`); import(\n  name,\n); import(`./a.ts`);"), [
    "`npm:${name}`",
    "name",
    "./a.ts",
  ]);
});
