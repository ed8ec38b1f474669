import assert from "node:assert/strict";
import { parseTarGzip } from "nanotar";
import { repositoryAddress } from "./package_description.ts";
import { dependenciesFirst, packForNpm, type PackOptions } from "./npm_tarballs.ts";
import { publicPackages, repository } from "./public_packages.ts";

const packages = await publicPackages();

/** A package's `package.json` once packed, the texts of its files by path, and its version. */
interface Packed {
  // deno-lint-ignore no-explicit-any -- each test looks at the fields that it is about
  readonly config: any;
  readonly texts: ReadonlyMap<string, string>;
  readonly version: string;
}

const packed = new Map<string, Promise<Packed>>();

/** Packs a package, each once. */
function pack(name: string, options: PackOptions = {}): Promise<Packed> {
  const key = JSON.stringify([name, options]);
  const once = packed.get(key) ?? packAnew(name, options);
  packed.set(key, once);
  return once;
}

async function packAnew(name: string, options: PackOptions): Promise<Packed> {
  const one = packages.find((one) => one.name === name)!;
  const folder = await Deno.makeTempDir();
  try {
    const { path } = await packForNpm(one, folder, options);
    const files = await parseTarGzip(await Deno.readFile(path));
    const texts = new Map(files.map(({ name, text }) => [name.slice("package/".length), text]));
    return { config: JSON.parse(texts.get("package.json")!), texts, version: one.version };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a tarball depends on the packages that its code imports", async () => {
  const { config, version } = await pack("webgpu-kernels");
  assert.deepEqual(config.dependencies, { "@renorm/core-math": `^${version}` });
  assert.equal(config.peerDependencies, undefined);
});

Deno.test("what the types alone import is a peer, and what is loaded on demand one that may be left out", async () => {
  const tfjs = await pack("tfjs");
  assert.deepEqual(tfjs.config.peerDependencies, {
    "@tensorflow/tfjs-core": "^4.22.0",
    "@tensorflow/tfjs-layers": "^4.22.0",
  });
  assert.equal(tfjs.config.peerDependenciesMeta, undefined);
  const { config, version } = await pack("convert");
  const siblings = { "@renorm/core-math": `^${version}`, "@renorm/schedule": `^${version}` };
  assert.deepEqual(config.dependencies, { fflate: "^0.8.3", ...siblings });
  assert.deepEqual(config.peerDependencies, { h5wasm: "^0.10.3" });
  assert.deepEqual(config.peerDependenciesMeta, { h5wasm: { optional: true } });
});

Deno.test("a package without imports has no dependencies, and all have license and readme", async () => {
  const { config, texts } = await pack("schedule");
  assert.deepEqual(config.dependencies, {});
  assert.equal(config.license, "MIT");
  assert.match(texts.get("LICENSE")!, /^MIT License/);
  assert.match(texts.get("README.md")!, /^# @renorm\/schedule/);
  assert.ok(texts.has("mod.js") && texts.has("mod.d.ts") && !texts.has("mod_test.js"));
});

Deno.test("a tarball is described by its readme, and a bundle has what is used of it alone", async () => {
  const { config } = await pack("schedule");
  assert.match(config.description, /^When and how far batch renorm may correct: .* a model$/);
  assert.equal(config.sideEffects, false);
  assert.deepEqual((await pack("convert")).config.sideEffects, ["./cli.js"]);
});

Deno.test("tarballs come after those that they depend on", () => {
  const tarball = (name: string, ...dependencies: string[]) => ({ name, path: "", dependencies });
  const tarballs = [
    tarball("convert", "fflate", "schedule", "core-math"),
    tarball("core-math"),
    tarball("schedule"),
    tarball("tfjs", "webgpu-kernels", "convert"),
    tarball("webgpu-kernels", "core-math"),
  ];
  assert.deepEqual(dependenciesFirst(tarballs).map(({ name }) => name), [
    "core-math",
    "schedule",
    "convert",
    "webgpu-kernels",
    "tfjs",
  ]);
});

Deno.test("an export named cli is a command that Node starts", async () => {
  const { config, texts } = await pack("convert");
  assert.deepEqual(config.bin, { "renorm-convert": "./cli.js" });
  assert.match(texts.get("cli.js")!, /^#!\/usr\/bin\/env node\n/);
});

Deno.test("a package says where it comes from and by which words it is found, in its readme too", async () => {
  for (const address of [undefined, "https://example.org/a/b"]) {
    const { config, texts } = await pack("schedule", { repository: address });
    const source = address ?? repositoryAddress;
    assert.deepEqual(config.repository, {
      type: "git",
      url: `git+${source}.git`,
      directory: "packages/schedule",
    });
    assert.equal(config.homepage, `${source}/tree/main/packages/schedule#readme`);
    assert.deepEqual(config.bugs, { url: `${source}/issues` });
    assert.ok(config.keywords.includes("batch-renormalization"));
    assert.equal(new Set(config.keywords).size, config.keywords.length);
    const linked = [...texts.get("README.md")!.matchAll(/\]\((https:[^)]*\/docs\/[^)]*)\)/g)];
    assert.ok(linked.length > 0);
    for (const [, link] of linked) assert.ok(link.startsWith(`${source}/blob/main/docs/`), link);
  }
});

Deno.test("what names types of the user's own has declarations for CommonJS too, which name each other", async () => {
  const { config, texts } = await pack("jax-js");
  const [first] = Object.keys(config.exports["."]);
  assert.equal(first, "require");
  assert.deepEqual(config.exports["."].require, { types: "./mod.d.cts", default: "./mod.js" });
  const declarations = [...texts.keys()].filter((path) => path.endsWith(".d.cts"));
  const originals = [...texts.keys()].filter((path) => path.endsWith(".d.ts"));
  assert.equal(declarations.length, originals.length);
  for (const path of declarations) assert.doesNotMatch(texts.get(path)!, /["']\.[^"']*\.js["']/);
  assert.equal((await pack("schedule")).config.exports["."].require, undefined);
});

Deno.test("a tarball has no path of this machine", async () => {
  const { texts } = await pack("convert");
  const folder = repository.replace(/\/$/, "");
  const found = [...texts].filter(([, text]) => text.includes(folder));
  assert.deepEqual(found.map(([path]) => path), []);
});
