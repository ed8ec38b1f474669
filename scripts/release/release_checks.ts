/**
 * What a release needs to hold: the tests of `deno task release:check`, which has a folder for
 * them.
 */
import assert from "node:assert/strict";
import { table } from "@renorm/terminal/text_table";
import { commandOutput, runCommand } from "@renorm/testing/run_command";
import { findOversized, measureBundles } from "./bundle_sizes.ts";
import { useInBrowser } from "./consumers/browser_consumer.ts";
import { makeDenoCache, useInDeno } from "./consumers/deno_consumer.ts";
import { useInNode } from "./consumers/node_consumer.ts";
import { readProgram } from "./consumers/program.ts";
import { withJsrRegistry } from "./jsr_registry.ts";
import { dependenciesFirst, type NpmTarball, packForNpm } from "./npm_tarballs.ts";
import { publicPackages, repository } from "./public_packages.ts";
import { findVersionProblems, latestRelease } from "./version_problems.ts";

const [folder, tag = null] = Deno.args;
const packages = await publicPackages();

async function makeFolder(path: string): Promise<string> {
  await Deno.mkdir(`${folder}/${path}`, { recursive: true });
  return `${folder}/${path}`;
}

/** Runs `deno publish`, which the registry of JSR's kind at the address gets. */
async function publish(options: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const args = ["publish", "--quiet", "--allow-dirty", ...options];
  await runCommand(Deno.execPath(), args, { cwd: repository, env });
}

Deno.test("changelog, packages and tag have one version", async () => {
  const release = latestRelease(await Deno.readTextFile(`${repository}/CHANGELOG.md`));
  assert.deepEqual(findVersionProblems(release, packages, tag), []);
});

Deno.test("no package is too large", async () => {
  const sizes = await measureBundles(packages);
  const rows = sizes.map(({ name, ...bytes }) => [
    name,
    ...[bytes.minified, bytes.gzipped, bytes.limit, bytes.withSiblings]
      .map((size) => size === null ? "" : `${(size / 1000).toFixed(2)} kB`),
  ]);
  const head = ["package", "minified", "gzipped", "limit", "with siblings"];
  console.log(table(head, rows).join("\n"));
  assert.deepEqual(findOversized(sizes), []);
});

Deno.test("JSR would take all packages", () => publish(["--dry-run"]));

Deno.test("what is published to JSR works in Deno", (test) =>
  withJsrRegistry(async ({ published }, url) => {
    const cache = await makeFolder("deno-cache");
    const isPublished = await test.step("deno publish", async () => {
      // The token is nobody's: the registry here takes any.
      await publish(["--no-provenance", "--token=none"], { JSR_URL: url });
      for (const { name, version } of packages) {
        const files = [...published.get(`${name}@${version}`)?.keys() ?? []];
        for (const path of ["/README.md", "/LICENSE", "/deno.json"]) {
          assert.ok(files.includes(path), `${name} expects the file ${path}: got none`);
        }
        const isOfTests = (path: string) => /_(test|bench)\.ts$|\/test(data|ing)\//.test(path);
        assert.deepEqual(files.filter(isOfTests), [], name);
      }
      await makeDenoCache(cache);
    });
    for (const one of isPublished ? packages : []) {
      await test.step(
        one.name,
        async () => await useInDeno(one, await makeFolder(`deno/${one.name}`), url, cache),
      );
    }
  }));

Deno.test("what is published to npm works in Node and in a browser", async (test) => {
  const tarballs: NpmTarball[] = [];
  const arePacked = await test.step("npm publish, as a dry run", async () => {
    const into = await makeFolder("tarballs");
    for (const one of packages) tarballs.push(await packForNpm(one, into));
    for (const { name, path } of dependenciesFirst(tarballs)) {
      const args = ["publish", "--dry-run", "--access=public", path];
      const { code, errors } = await commandOutput("npm", args, { cwd: into });
      assert.equal(code, 0, errors);
      assert.doesNotMatch(errors, /errors corrected/, name);
    }
  });
  for (const one of arePacked ? packages : []) {
    const project = await makeFolder(`node/${one.name}`);
    const isInstalled = await test.step(`${one.name} in Node`, () =>
      useInNode(one, project, tarballs));
    if (isInstalled) {
      await test.step(`${one.name} in a browser`, () => useInBrowser(one, project));
    }
  }
  if (!arePacked) return;
  await test.step("tfjs in Node, with TensorFlow.js in parts", async () => {
    const program = await readProgram("tfjs", { "tfjs_whole.ts": "tfjs_parts.ts" });
    const tfjs = packages.find(({ name }) => name === "tfjs")!;
    const project = await makeFolder("node/tfjs-parts");
    await useInNode(tfjs, project, tarballs, program, ["@tensorflow/tfjs"]);
  });
});
