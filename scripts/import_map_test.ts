import assert from "node:assert/strict";
import { type ImportGraph, readImportGraph } from "./arrows/import_graph.ts";
import {
  exportedFiles,
  pinnedVersions,
  publicPackages,
  repository,
} from "./release/public_packages.ts";

/** The names of packages here that a file imports, by way of others too. */
function importedNames(graph: ImportGraph, file: string): Set<string> {
  const names = new Set<string>();
  const seen = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const { specifier, target } of graph.get(path) ?? []) {
      if (target === null) continue;
      if (specifier.startsWith("@renorm/")) names.add(specifier);
      visit(target);
    }
  };
  visit(file);
  return names;
}

/** The import map of a page in `docs`. */
async function importMapOf(name: string): Promise<Record<string, string>> {
  const page = await Deno.readTextFile(`${repository}docs/${name}`);
  const [, json] = /<script type="importmap">\n(.*?)<\/script>/s.exec(page)!;
  return JSON.parse(json).imports;
}

Deno.test("the import map in docs/faq.md names all that @renorm/tfjs loads, and where it lies", async () => {
  const imports = await importMapOf("faq.md");
  const packages = await publicPackages();
  const files = exportedFiles(packages);
  const graph = await readImportGraph(repository);
  const wanted = [...importedNames(graph, "packages/tfjs/mod.ts"), "@renorm/tfjs"];
  assert.ok(wanted.includes("@renorm/schedule"));
  for (const name of wanted) {
    const { folder } = packages.find((one) => files[name].startsWith(`${one.folder}/`))!;
    const [, inside] = files[name].split(`${folder}/./`);
    const place = `./node_modules/${name.split("/", 2).join("/")}/${inside.replace(".ts", ".js")}`;
    assert.equal(imports[name], place, name);
  }
});

Deno.test("docs/from-a-cdn.html loads the same files, of these versions", async () => {
  const [inFolder, onCdn] = [await importMapOf("faq.md"), await importMapOf("from-a-cdn.html")];
  const [{ version }] = await publicPackages();
  const { fflate } = await pinnedVersions();
  const expected = Object.entries(inFolder).map(([name, place]) => [
    name,
    place.replace("./node_modules/", "https://cdn.jsdelivr.net/npm/")
      .replace(
        /@renorm\/[\w-]+|npm\/fflate/,
        (found) => `${found}@${found.includes("fflate") ? fflate : version}`,
      ),
  ]);
  assert.deepEqual(onCdn, Object.fromEntries(expected));
});
