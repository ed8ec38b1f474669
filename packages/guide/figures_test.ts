import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { figureFiles } from "./figures.ts";
import { translateSvg } from "./translate_svg.ts";

const docs = new URL("../../docs/", import.meta.url);

Deno.test("the kept figures of the guide and the experiment are those that are drawn from what the code computes", async () => {
  const results = JSON.parse(await Deno.readTextFile(new URL("experiments/digits.json", docs)));
  const files = figureFiles(results);
  assert.equal(files.length, 18);
  for (const { name, svg } of files) {
    assert.doesNotMatch(svg, /NaN|undefined/);
    const kept = await Deno.readTextFile(new URL(`images/${name}`, docs));
    assert.ok(svg === kept, `docs/images/${name} is old: run deno task guide:figures`);
  }
});

Deno.test("translateSvg() translates whole texts and the separators of numbers", () => {
  const svg = "<text>step →</text><text>−1.5</text><text>25&#160;000</text><tspan>1/4</tspan>";
  assert.equal(
    translateSvg(svg, { step: "adım" }),
    "<text>adım →</text><text>−1,5</text><text>25.000</text><tspan>1/4</tspan>",
  );
  assert.throws(() => translateSvg("<text>steps</text>", { step: "adım" }), {
    name: "RangeError",
    message: "translateSvg expects a text of the table: got steps",
  });
});

Deno.test("deno task guide:figures prints its help, and ends with 2 for wrong usage", async () => {
  const main = fileURLToPath(new URL("./draw_figures.ts", import.meta.url));
  const run = (...args: string[]) =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--allow-read", "--allow-write", "--allow-env", main, ...args],
    }).output();
  const [help, wrong, unwritable] = await Promise.all([
    run("--help"),
    run("--size", "3"),
    run("--out", "/dev/null/folder"),
  ]);
  assert.equal(help.code, 0);
  assert.match(new TextDecoder().decode(help.stdout), /^Draws the figures of docs\/guide\.md/);
  assert.equal(wrong.code, 2);
  assert.match(new TextDecoder().decode(wrong.stderr), /^guide:figures: /);
  assert.equal(unwritable.code, 1);
  assert.match(new TextDecoder().decode(unwritable.stderr), /^guide:figures: /);
});
