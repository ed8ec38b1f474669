import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { findWrongArrows } from "./check_arrows.ts";

/** Finds the wrong arrows of a package tree that holds these files. */
async function wrongArrowsOf(files: Record<string, string>): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(`${folder}/${path.split("/").slice(0, -1).join("/")}`, { recursive: true });
      await Deno.writeTextFile(`${folder}/${path}`, text);
    }
    return (await findWrongArrows(folder)).map((line) => line.slice(folder.length + 1));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the packages of this repository have only the arrows of the design", async () => {
  const packages = fileURLToPath(new URL("../packages", import.meta.url));
  assert.deepEqual(await findWrongArrows(packages), []);
});

Deno.test("an arrow against the design is found, static, dynamic or as a re-export", async () => {
  const wrong = await wrongArrowsOf({
    "core-math/a.ts": 'import { x } from "@renorm/convert";',
    "schedule/b.ts": 'export * from "@renorm/core-math";',
    "webgpu-kernels/c.ts": 'const m = await import("@renorm/convert");',
    "convert/d.ts": 'import type {\n  A,\n  B,\n} from "@renorm/parity";',
    "tfjs/e.ts": 'import "@renorm/webgpu-kernels";',
  });
  assert.deepEqual(wrong.map((line) => line.split(":")[0]), [
    "convert/d.ts",
    "core-math/a.ts",
    "schedule/b.ts",
    "webgpu-kernels/c.ts",
  ]);
  assert.match(wrong[0], /may not import @renorm\/parity, a private package/);
});

Deno.test("foreign modules and files outside the package are found, but not in tests", async () => {
  const text = 'import fc from "fast-check";\nimport { y } from "../../scripts/y.ts";';
  const wrong = await wrongArrowsOf({ "core-math/a.ts": text, "core-math/a_test.ts": text });
  assert.equal(wrong.length, 2);
  assert.match(wrong[0], /core-math\/a\.ts: .*fast-check, a foreign module/);
  assert.match(wrong[1], /a file outside the package/);
});

Deno.test("an unknown package is named, and code in comments is no import", async () => {
  const wrong = await wrongArrowsOf({
    "moon/a.ts": "export {};",
    "core-math/a.ts": '/** ```ts\n * import { x } from "@renorm/core-math";\n * ``` */\nexport {};',
  });
  assert.deepEqual(wrong, ["moon/a.ts: the package moon is not in the table of check_arrows.ts"]);
});

Deno.test("private packages may import public ones and parity, and no other", async () => {
  const wrong = await wrongArrowsOf({
    "bench/a.ts": 'import "@renorm/demo";\nimport "@renorm/tfjs";\nimport "@renorm/parity/cases";',
    "demo/b.ts":
      'import "@renorm/moon";\nimport { x } from "../../scripts/x.ts";\nimport "linkedom";',
  });
  assert.deepEqual(wrong, [
    "bench/a.ts: bench may not import @renorm/demo, a private package",
    "demo/b.ts: demo may not import @renorm/moon, a package that is not in the table of check_arrows.ts",
  ]);
});

Deno.test("an import after a string that looks like a comment is found, and one of a template", async () => {
  const wrong = await wrongArrowsOf({
    "schedule/a.ts": 'const glob = "src/*";\nimport { x } from "@renorm/core-math";\n// */',
    "schedule/b.ts": "const m = await import(`npm:${name}`);",
    "schedule/c.ts": "const m = await import(\n  name,\n);",
  });
  assert.deepEqual(wrong, [
    "schedule/a.ts: schedule may not import @renorm/core-math, an arrow the design lacks",
    "schedule/b.ts: schedule may not import `npm:${name}`, a foreign module",
    "schedule/c.ts: schedule may not import name, a foreign module",
  ]);
});
