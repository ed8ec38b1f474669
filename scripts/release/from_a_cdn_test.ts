import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { launchChromium } from "@renorm/testing/browser";
import { parseTarGzip } from "nanotar";
import { packForNpm } from "./npm_tarballs.ts";
import { pinnedVersions, publicPackages, repository } from "./public_packages.ts";

const cdn = "https://cdn.jsdelivr.net/npm/";
const page = await Deno.readTextFile(`${repository}docs/from-a-cdn.html`);
const { resolve } = createRequire(import.meta.url);

/** The files of our packages, as npm gets them, by `@renorm/tfjs@0.1.0/mod.js`. */
async function packedFiles(folder: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const one of await publicPackages()) {
    if (!page.includes(`@renorm/${one.name}@`)) continue;
    const { name, path } = await packForNpm(one, folder);
    for (const { name: file, data } of await parseTarGzip(await Deno.readFile(path))) {
      files.set(file.replace("package", `${name}@${one.version}`), data as Uint8Array);
    }
  }
  return files;
}

/** A file of another package, in the version that is pinned here. */
async function foreignFile(path: string): Promise<Uint8Array | undefined> {
  const [, name, version, file] = path.match(/^((?:@[^/]+\/)?[^@/]+)@([^/]+)\/(.*)$/) ?? [];
  if ((await pinnedVersions())[name] !== version) return undefined;
  return await Deno.readFile(join(dirname(resolve(`${name}/package.json`)), file));
}

Deno.test("the page that loads all from a CDN trains in Chromium, and only batch renorm learns", async () => {
  const folder = await Deno.makeTempDir();
  const ours = await packedFiles(folder);
  const missing: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const path = decodeURIComponent(new URL(request.url).pathname).slice(1);
    if (path === "") {
      const here = page.replaceAll(cdn, new URL("/", request.url).href);
      return new Response(here, { headers: { "content-type": "text/html" } });
    }
    const file = ours.get(path) ?? await foreignFile(path);
    if (!file && path !== "favicon.ico") missing.push(path);
    const headers = { "content-type": "text/javascript" };
    return file
      ? new Response(file as Uint8Array<ArrayBuffer>, { headers })
      : new Response(null, { status: 404 });
  });
  const browser = await launchChromium({ hasWebGpu: false });
  try {
    const tab = await browser.newPage();
    tab.setDefaultTimeout(120_000);
    const errors: string[] = [];
    tab.on("pageerror", ({ message }) => errors.push(message));
    const origin = `http://127.0.0.1:${server.addr.port}/`;
    tab.on("request", (request) => assert.ok(request.url().startsWith(origin), request.url()));
    await tab.goto(origin);
    await tab.getByRole("button", { name: "Train" }).click();
    const result = tab.getByText(/^Batch norm reads/);
    await result.waitFor().catch(() => assert.deepEqual([errors, missing], [[], []]));
    const [batchNorm, batchRenorm] = (await result.textContent())!.match(/\d+/g)!.map(Number);
    assert.ok(batchNorm < 60 && batchRenorm > 90, `${batchNorm} and ${batchRenorm}`);
    assert.equal(await tab.locator("tbody tr").count(), 6);
    assert.deepEqual([errors, missing], [[], []]);
    for (const kept of ["**/tf.min.js", "**/@renorm/convert@*/mod.js"]) {
      const without = await browser.newPage();
      await without.route(kept, (route) => route.abort());
      await without.goto(origin);
      await without.getByText("could not be loaded from the CDN").waitFor();
      assert.ok(await without.getByRole("button", { name: "Train" }).isDisabled());
    }
  } finally {
    await browser.close();
    await server.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
});
