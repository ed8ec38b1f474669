import assert from "node:assert/strict";
import { importedPackages, packagesAtStart } from "./imported_packages.ts";

Deno.test("packages are named once, without the path behind them; files and Node's modules are none", () => {
  const code = `
    import a from "static"; import "effect"; import type { T } from "@scope/types/deep.js";
    import b from "./b.js"; import { c } from "../c.js"; import fs from "node:fs";
    const lazy = await import("lazy"); type U = import("typed").U; import again from "static";`;
  assert.deepEqual(importedPackages(code), ["static", "effect", "@scope/types", "lazy", "typed"]);
});

Deno.test("what only a dynamic import loads is not needed at the start", () => {
  const code = `
    import a from "static"; export * from "@scope/exported";
    const lazy = await import("lazy"); const late = await import(
      'late'
    ); const both = await import("static");`;
  assert.deepEqual(packagesAtStart(code), ["static", "@scope/exported"]);
});
