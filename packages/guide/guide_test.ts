import assert from "node:assert/strict";
import { computeResults } from "@renorm/demo/results";
import { loadDigits } from "@renorm/experiments/data/digits";
import type { ExperimentResults } from "@renorm/experiments/digits/report/results";
import { mean } from "@renorm/experiments/training/mean";
import { tableOf } from "@renorm/testing/markdown_table";

const docs = new URL("../../docs/", import.meta.url);
const read = (name: string) => Deno.readTextFile(new URL(name, docs));
const pages = { english: await read("guide.md"), turkish: await read("guide.tr.md") };

const codeBlocks = /^```.*?^```$/gms;

/** The code of a page, comments left out. */
function codeOf(page: string): string[] {
  return [...page.matchAll(codeBlocks)].map(([block]) =>
    block.replace(/\/\*\*.*?\*\/|(?<!:)\/\/.*$/gm, "").replace(/\s+/g, " ")
  );
}

/** The pages' parts by their headings, without code and addresses. */
function sectionsOf(page: string): string[] {
  const text = page.replace(codeBlocks, "").replace(/`[^`]*`/g, "").replace(/\]\([^)]*\)/g, "]");
  return text.split(/^#+ /m);
}

/** All numbers of a text, as JavaScript writes them. */
function numbersOf(text: string): string[] {
  return [...text.matchAll(/\d+(?:\.\d+)?(?:e-\d)?/g)].map(([number]) => number);
}

/** Turkish numbers as English ones: 25.000 is 25 000, and 0,5 is 0.5. */
function withPoints(text: string): string {
  return text.replace(/(\d)\.(?=\d{3})/g, "$1").replace(/(\d),(?=\d)/g, "$1.");
}

Deno.test("the guide has the same code in both languages, but for comments", () => {
  const code = codeOf(pages.english);
  assert.ok(code.length > 20);
  assert.deepEqual(codeOf(pages.turkish), code);
});

Deno.test("the guide says the same numbers in both languages, section by section", () => {
  const english = sectionsOf(pages.english.replace(/(\d) (?=\d{3}\b)/g, "$1"));
  const turkish = sectionsOf(withPoints(pages.turkish));
  assert.equal(turkish.length, english.length);
  for (const [i, text] of english.entries()) {
    assert.deepEqual(numbersOf(turkish[i]).sort(), numbersOf(text).sort(), text.slice(0, 40));
  }
});

Deno.test("the guide shows the same figures in both languages, and links to what is there", async () => {
  const imagesOf = (page: string) => [...page.matchAll(/\]\((images\/[^)]+)\)/g)].map(([, f]) => f);
  const figures = imagesOf(pages.english);
  assert.ok(figures.length > 5);
  assert.deepEqual(imagesOf(pages.turkish), figures.map((f) => f.replace(".svg", "-tr.svg")));
  for (const page of Object.values(pages)) {
    const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, heading]) =>
      `#${heading.toLowerCase().replace(/[.,]/g, "").replaceAll(" ", "-")}`
    );
    assert.equal(headings.length, 9);
    const links = [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link);
    assert.deepEqual(links.filter((link) => link.startsWith("#")), headings);
    const files = links.filter((link) => !/^(#|https:)/.test(link));
    await Promise.all(files.map((link) => Deno.stat(new URL(link, docs))));
  }
});

for (const page of ["guide.md", "alternatives.md"]) {
  Deno.test(`the numbers of the experiment in ${page} are those of the kept results`, async () => {
    const { runs }: ExperimentResults = JSON.parse(await read("experiments/digits.json"));
    const norms = ["batch norm", "batch renorm", "group norm", "frozen batch norm"];
    for (const [rowName, ...cells] of tableOf(await read(page), "experiment")) {
      const [, size, drawing] = rowName.match(/^batches of (\d+), (.*)$/)!;
      const reached = norms.map((norm) => {
        const chosen = runs.filter(({ run }) =>
          run.norm === norm && run.batchSize === Number(size) && run.drawing === drawing
        );
        // Kept to four digits; the images that were read right give the exact share.
        const last = chosen.map(({ epochs }) =>
          Math.round(397 * epochs[epochs.length - 1].evalMode.accuracy) / 397
        );
        return `${(100 * mean(last)).toFixed(1)} %`;
      });
      assert.deepEqual(cells, reached, rowName);
    }
  });
}

Deno.test("the guide's numbers of the demo are those that the demo prints", async () => {
  const { digits } = await computeResults(await loadDigits(), 0, () => {});
  for (const [size, drawing, ...cells] of tableOf(pages.english, "images in a batch")) {
    const row = digits.find((row) => row.batchSize === Number(size) && row.drawing === drawing)!;
    const clipped = 100 * (row.r.clipped + row.d.clipped);
    assert.deepEqual(cells, [
      row.gap.batchNorm.toFixed(3),
      row.gap.batchRenorm.toFixed(3),
      `${row.r.low.toFixed(2)}–${row.r.high.toFixed(2)}`,
      `${clipped.toFixed(1)} %`,
    ]);
  }
});
