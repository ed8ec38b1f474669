/** The code in the pages, run by Node; Deno runs the same as doc tests. */
import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { bundle } from "@renorm/testing/bundle";
import { commandOutput } from "@renorm/testing/run_command";
import { repository } from "./release/public_packages.ts";
import { sourceFiles } from "./source_files.ts";

/** A block of code in a page. */
interface Example {
  /** Where it begins: `docs/faq.md:12`. */
  readonly place: string;
  readonly code: string;
}

/** Whether Node can run it: no functions of Deno, no imports from the clone, no WebGPU. */
function isForNode({ code }: Example): boolean {
  return !/\bDeno\.|\bnavigator\.gpu\b|from "\.\.?\//.test(code);
}

/** The blocks of code that Deno runs as doc tests. */
function examplesOf(page: string, text: string): Example[] {
  return [...text.matchAll(/^```(?:ts|js)\n(.*?)^```$/gms)].map(({ index, 1: code }) => ({
    place: `${page}:${text.slice(0, index).split("\n").length}`,
    code,
  }));
}

/** Pages for who comes from elsewhere: all their code runs in Node. */
const forAll = ["alternatives", "faq", "fine-tuning", "from-pytorch"];

// The Turkish guide has the same code as the English one.
const files = await sourceFiles(
  ["README.md", "docs", "packages"].map((name) => join(repository, name)),
  /(?<!\.tr)\.md$/,
);
const pages = await Promise.all(files.map(async (file) => {
  const page = relative(repository, file).replaceAll("\\", "/");
  return { page, examples: examplesOf(page, await Deno.readTextFile(file)) };
}));

Deno.test("the code in the pages runs in Node", async (test) => {
  const folder = await Deno.makeTempDir({ prefix: "renorm-docs-" });
  try {
    const examples = pages.flatMap(({ examples }) => examples).filter(isForNode);
    assert.ok(examples.length > 40, `${examples.length} examples`);
    for (const name of forAll) {
      const { examples } = pages.find(({ page }) => page === `docs/${name}.md`)!;
      assert.ok(examples.length > 0 && examples.every(isForNode), name);
    }
    for (const [i, { code }] of examples.entries()) {
      await Deno.writeTextFile(join(folder, `${i}.ts`), code);
    }
    await Deno.writeTextFile(join(folder, "all.ts"), runnerOf(examples));
    const runner = await bundle(pathToFileURL(join(folder, "all.ts")), { platform: "deno" });
    await Deno.writeTextFile(join(folder, "all.mjs"), runner);
    for (const { page, examples } of pages.filter(({ examples }) => examples.some(isForNode))) {
      await test.step(page, async () => {
        const { printed, errors } = await commandOutput("node", [join(folder, "all.mjs"), page], {
          cwd: repository,
        });
        const ran = printed.split("\n").filter((line) => line.startsWith("ran "));
        const places = examples.filter(isForNode).map(({ place }) => `ran ${place}`);
        assert.deepEqual(ran, places, errors);
      });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** Code that runs the examples of a page, one after the other, as a reader would. */
function runnerOf(examples: readonly Example[]): string {
  const entries = examples.map(({ place }, i) => `["${place}", () => import("./${i}.ts")],`);
  return [
    'import process from "node:process";',
    `const examples: [string, () => Promise<unknown>][] = [${entries.join("\n")}];`,
    "for (const [place, run] of examples) {",
    "  if (!place.startsWith(`${process.argv[2]}:`)) continue;",
    "  try {",
    "    await run();",
    "    console.log(`ran ${place}`);",
    "  } catch (error) {",
    "    console.error(place, error);",
    "  }",
    "}",
    // Workers of jax-js' backends would keep the process.
    "process.exit(0);",
  ].join("\n");
}
