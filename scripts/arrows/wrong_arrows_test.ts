import assert from "node:assert/strict";
import { repository } from "../release/public_packages.ts";
import { allowedFor, innerFiles, privatePackages, publicPackages } from "./allowed_arrows.ts";
import { findCircles } from "./circles.ts";
import { packageOf, readImportGraph } from "./import_graph.ts";
import { findWrongArrows } from "./wrong_arrows.ts";

/** Finds the wrong arrows of a repository that holds these files. */
async function wrongArrowsOf(files: Record<string, string>): Promise<string[]> {
  const root = await Deno.makeTempDir();
  try {
    for (const folder of ["packages", "scripts"]) await Deno.mkdir(`${root}/${folder}`);
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(`${root}/${path.split("/").slice(0, -1).join("/")}`, { recursive: true });
      await Deno.writeTextFile(`${root}/${path}`, text);
    }
    return findWrongArrows(await readImportGraph(root));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("this repository has only the arrows of the design", async () => {
  assert.deepEqual(findWrongArrows(await readImportGraph(repository)), []);
});

Deno.test("every inner file that a package may import is imported", async () => {
  const graph = await readImportGraph(repository);
  for (const [name, files] of Object.entries(innerFiles)) {
    const own = [...graph].filter(([path]) => packageOf(path) === name);
    const targets = own.flatMap(([, arrows]) => arrows.map(({ target }) => target));
    assert.deepEqual(files.filter((file) => !targets.includes(file)), [], name);
  }
});

Deno.test("the design itself has no circle, and no public package on a private one", () => {
  const all = { ...publicPackages, ...privatePackages };
  const targets = Object.entries(all).map(([name, { packages }]) => [name, packages] as const);
  assert.deepEqual(findCircles(new Map(targets)), []);
  for (const { packages } of Object.values(publicPackages)) {
    for (const name of packages) assert.ok(Object.hasOwn(publicPackages, name), name);
  }
  assert.equal(allowedFor("moon", true), null);
});

Deno.test("an arrow between packages is found, static, dynamic, of a type or a re-export", async () => {
  const wrong = await wrongArrowsOf({
    "packages/core-math/a.ts": 'import { x } from "@renorm/schedule";',
    "packages/schedule/b.ts": 'export * from "@renorm/core-math";',
    "packages/webgpu-kernels/c.ts": 'const m = await import("@renorm/convert");',
    "packages/convert/d.ts": 'import type {\n  A,\n  B,\n} from "@renorm/parity/cases";',
    "packages/tfjs/e.ts": 'import "@renorm/webgpu-kernels";\ntype A = import("@renorm/moon").A;',
  });
  assert.deepEqual(wrong, [
    "packages/convert/d.ts: convert may not import @renorm/parity/cases, a private package",
    "packages/schedule/b.ts: schedule may not import @renorm/core-math, an arrow the design lacks",
    "packages/tfjs/e.ts: tfjs may not import @renorm/moon, a package that is in no table",
    "packages/webgpu-kernels/c.ts: webgpu-kernels may not import @renorm/convert, an arrow the design lacks",
  ]);
});

Deno.test("tests and folders named testing may use private packages, other files not them", async () => {
  const text = 'import fc from "fast-check";\nimport { y } from "@renorm/testing/y";';
  const wrong = await wrongArrowsOf({
    "packages/core-math/a.ts": text,
    "packages/core-math/a_test.ts": `${text}\nimport "./testing/helper.ts";`,
    "packages/core-math/testing/helper.ts": text,
    "packages/core-math/b.ts": 'import "./testing/helper.ts";',
    "packages/demo/c_test.ts": text,
  });
  assert.deepEqual(wrong, [
    "packages/core-math/a.ts: core-math may not import fast-check, a foreign module",
    "packages/core-math/a.ts: core-math may not import @renorm/testing/y, a private package",
    "packages/core-math/b.ts: core-math may not import ./testing/helper.ts, which is there for tests",
  ]);
});

Deno.test("private packages and scripts import public ones, and private ones in one direction", async () => {
  const wrong = await wrongArrowsOf({
    "packages/bench/a.ts": 'import "@renorm/demo";\nimport "@renorm/tfjs";',
    "packages/parity/b.ts":
      'import "@renorm/testing";\nimport "@renorm/bench";\nimport "linkedom";',
    "scripts/c.ts": 'import "@renorm/testing";\nimport "@renorm/page";',
    "packages/moon/d.ts": "export {};",
  });
  assert.deepEqual(wrong, [
    "packages/moon is not in scripts/arrows/allowed_arrows.ts",
    "packages/bench/a.ts: bench may not import @renorm/demo, a private package",
    "packages/parity/b.ts: parity may not import @renorm/bench, a private package",
    "scripts/c.ts: scripts may not import @renorm/page, a private package",
  ]);
});

Deno.test("no relative import leaves its package, in tests, private packages and scripts too", async () => {
  const wrong = await wrongArrowsOf({
    "packages/core-math/a.ts": 'import "../schedule/b.ts";\nimport "./c.ts";',
    "packages/core-math/layers/a_test.ts": 'import "../../parity/b.ts";\nimport "../c.ts";',
    "packages/jax-js/a.ts": 'import "../core-math/testing/a.ts";',
    "packages/jax-js/a_test.ts": 'import "../core-math/testing/a.ts";',
    "packages/demo/b.ts": 'type A = import("../../scripts/c.ts").A;',
    "scripts/c.ts":
      'await import("../packages/testing/d.ts");\nimport "../packages/demo/deno.json";',
  });
  assert.deepEqual(wrong, [
    "packages/core-math/a.ts: core-math may not import ../schedule/b.ts, a file outside the package",
    "packages/core-math/layers/a_test.ts: core-math may not import ../../parity/b.ts, a file outside the package",
    "packages/demo/b.ts: demo may not import ../../scripts/c.ts, a file outside the package",
    "packages/jax-js/a.ts: jax-js may not import ../core-math/testing/a.ts, a file outside the package",
    "scripts/c.ts: scripts may not import ../packages/testing/d.ts, a file outside the package",
  ]);
});

Deno.test("a name that begins with _ is imported from its own folder only", async () => {
  const wrong = await wrongArrowsOf({
    "packages/core-math/math/_sums.ts": "",
    "packages/core-math/math/_inner/deep.ts": 'import "../_sums.ts";',
    "packages/core-math/math/moments.ts": 'import "./_sums.ts";\nimport "./_inner/deep.ts";',
    "packages/core-math/math/layers/a.ts": 'import "../_sums.ts";',
    "packages/core-math/b_test.ts": 'import "./math/_inner/deep.ts";',
  });
  assert.deepEqual(wrong, [
    "packages/core-math/b_test.ts: core-math may not import ./math/_inner/deep.ts, which is for its own folder",
    "packages/core-math/math/_inner/deep.ts: core-math may not import ../_sums.ts, which is for its own folder",
    "packages/core-math/math/layers/a.ts: core-math may not import ../_sums.ts, which is for its own folder",
  ]);
});

Deno.test("a circle of files is found, of types alone, across packages and in scripts", async () => {
  const wrong = await wrongArrowsOf({
    "packages/schedule/a.ts": 'import type { B } from "./b.ts";',
    "packages/schedule/b.ts": 'import type { C } from "./c.ts";',
    "packages/schedule/c.ts": 'export type { A } from "./a.ts";',
    "packages/parity/deno.json": '{ "exports": { "./a": "./a.ts" } }',
    "packages/parity/a.ts": 'import "@renorm/parity/a";',
    "scripts/a.ts": 'import "./b.ts";',
    "scripts/b.ts": 'await import("./a.ts");',
  });
  assert.deepEqual(wrong, [
    "a circle of imports: packages/parity/a.ts",
    "a circle of imports: packages/schedule/a.ts, packages/schedule/b.ts, packages/schedule/c.ts",
    "a circle of imports: scripts/a.ts, scripts/b.ts",
  ]);
});
