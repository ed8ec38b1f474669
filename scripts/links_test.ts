import assert from "node:assert/strict";
import { dirname, join, relative } from "node:path";
import { repositoryAddress } from "./release/package_description.ts";
import { publicPackages, repository } from "./release/public_packages.ts";
import { sourceFiles } from "./source_files.ts";

/** A link of a page to something in the repository. */
interface Link {
  /** Where it leads, `../docs/guide.md`; empty for the page itself. */
  readonly path: string;
  /** The heading it leads to; empty for the whole of it. */
  readonly heading: string;
}

/** A page without its blocks of code, which have neither links nor headings. */
function withoutCode(page: string): string {
  return page.replace(/^( *```)[^]*?^\1/gm, "");
}

/** The links of a page but for those to other places; code has none. */
function linksOf(page: string): Link[] {
  const text = withoutCode(page).replace(/`[^`]*`/g, "");
  const targets = [...text.matchAll(/\]\(([^)\s]+)[^)]*\)/g)].map(([, target]) => target);
  return targets.filter((target) => !/^[a-z]+:/.test(target)).map((target) => {
    const [path, heading = ""] = target.split("#");
    return { path, heading: decodeURIComponent(heading) };
  });
}

/** The names by which the headings of a page are linked to. */
function headingsOf(page: string): string[] {
  return [...withoutCode(page).matchAll(/^#+ +(.+)$/gm)].map(([, heading]) =>
    heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").trim().replaceAll(" ", "-")
  );
}

/**
 * The files and folders that a page names in its text and drawings: `convert/files/`,
 * `math/gradients.ts`.
 */
function pathsOf(page: string): string[] {
  const path =
    /(?<=^|[\s`("|>])\w[\w.-]*(?:\/[\w.-]+)*(?:\.(?:ts|json|yml)|\/)(?=[\s`)",;:|<]|$)/gm;
  const words = page.match(path) ?? [];
  return [...new Set(words)];
}

const pages = new Map(
  await Promise.all(
    (await sourceFiles([repository, `${repository}.github`], /\.md$/)).map(async (file) =>
      [relative(repository, file), await Deno.readTextFile(file)] as const
    ),
  ),
);

Deno.test("every link of a page leads to a file and a heading that are there", async () => {
  assert.ok(pages.size > 15, `${pages.size} pages`);
  const broken: string[] = [];
  for (const [page, text] of pages) {
    for (const { path, heading } of linksOf(text)) {
      const target = path === "" ? page : join(dirname(page), path);
      const isThere = await Deno.stat(`${repository}${target}`).then(() => true, () => false);
      const isNamed = heading === "" || headingsOf(pages.get(target) ?? "").includes(heading);
      if (!isThere || !isNamed) broken.push(`${page}: ${path}#${heading}`);
    }
  }
  assert.deepEqual(broken, []);
});

Deno.test("every file that the architecture and the kernels' page name is there", async () => {
  const kernels = "packages/webgpu-kernels";
  const folders = {
    "docs/architecture.md": [
      "",
      "packages",
      "packages/core-math",
      "packages/wasm-kernels",
      kernels,
    ],
    "docs/kernels.md": ["", kernels, `${kernels}/wgsl`],
  };
  for (const [page, below] of Object.entries(folders)) {
    const named = pathsOf(pages.get(page)!);
    assert.ok(named.length > 10, `${page} names ${named}`);
    const isThere = await Promise.all(named.map(async (path) => {
      const places = below.map((folder) => Deno.stat(join(repository, folder, path)));
      return (await Promise.allSettled(places)).some(({ status }) => status === "fulfilled");
    }));
    assert.deepEqual(named.filter((_, i) => !isThere[i]), [], page);
  }
});

Deno.test("a package's readme, which JSR and npm show alone, links to the documentation by its address", async () => {
  for (const { name } of await publicPackages()) {
    const readme = pages.get(`packages/${name}/README.md`)!;
    assert.deepEqual(linksOf(readme).filter(({ path }) => path.startsWith("..")), [], name);
    const documents = `${repositoryAddress}/blob/main/`;
    const linked = [...readme.matchAll(/\]\((https:\/\/[^)\s]+)\)/g)].map(([, link]) => link)
      .filter((link) => link.startsWith(documents));
    assert.ok(linked.length > 0, `${name} links to its documentation`);
    for (const link of linked) assert.ok(pages.has(link.slice(documents.length)), link);
  }
});

Deno.test("paths are read in text, tables and drawings, but not those of addresses and patterns", () => {
  const page =
    '`core-math/a.ts`, (`b/`) | `c/d_e.json` | x["f.ts<br>g/h.ts"] `*_test.ts` and/or\n' +
    "https://e.org/i.ts jsr:@renorm/tfjs deno.json ./k.ts";
  assert.deepEqual(pathsOf(page), [
    "core-math/a.ts",
    "b/",
    "c/d_e.json",
    "f.ts",
    "g/h.ts",
    "deno.json",
  ]);
});

Deno.test("links and headings are read as they are shown", () => {
  const page = '# A `b`: c\n\n[x](y.md#z "t") ![p](q.svg) [w](https://e.org) `[n](o)`\n\n' +
    "```md\n# no\n[n](o)\n```\n\n## Öğrenme, iki\n[s](#a-b-c)";
  assert.deepEqual(headingsOf(page), ["a-b-c", "öğrenme-iki"]);
  assert.deepEqual(linksOf(page).map(({ path, heading }) => `${path}#${heading}`), [
    "y.md#z",
    "q.svg#",
    "#a-b-c",
  ]);
});
