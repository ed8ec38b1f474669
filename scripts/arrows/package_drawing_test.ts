import assert from "node:assert/strict";
import { repository } from "../release/public_packages.ts";
import { type ImportGraph, readImportGraph } from "./import_graph.ts";
import { drawPackages } from "./package_drawing.ts";

Deno.test("docs/architecture.md draws the packages as they import each other", async () => {
  const page = await Deno.readTextFile(`${repository}docs/architecture.md`);
  const [, drawn] = /^```mermaid\n(flowchart BT\n[^`]*?\bpublished\n.*?)\n```$/ms.exec(page) ?? [];
  // The right one is printed by scripts/check_arrows.ts --drawing.
  assert.equal(drawn, drawPackages(await readImportGraph(repository)));
});

Deno.test("a drawing has the arrows that no other way draws, without those of tests and settings", () => {
  const arrow = (specifier: string, target: string | null = null) => ({ specifier, target });
  const graph: ImportGraph = new Map([
    ["packages/tfjs/a.ts", [arrow("@renorm/core-math"), arrow("@renorm/convert"), arrow("fflate")]],
    ["packages/convert/a.ts", [arrow("@renorm/core-math/checks")]],
    ["packages/core-math/a.ts", [arrow("./b.ts", "packages/core-math/b.ts")]],
    ["packages/core-math/a_test.ts", [arrow("@renorm/testing")]],
    ["packages/core-math/testing/a.ts", [arrow("@renorm/testing")]],
    ["packages/testing/a.ts", [arrow("../core-math/deno.json", "packages/core-math/deno.json")]],
    ["scripts/a.ts", [arrow("@renorm/testing"), arrow("@renorm/tfjs")]],
  ]);
  assert.equal(
    drawPackages(graph),
    `flowchart BT
  subgraph published
    core-math
    convert
    tfjs
  end
  subgraph private
    testing
    scripts
  end
  convert --> core-math
  tfjs --> convert
  scripts --> testing`,
  );
});
