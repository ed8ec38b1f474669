import assert from "node:assert/strict";
import { createNpmRegistry } from "./npm_registry.ts";

Deno.test("an upload is served, its tarball under the registry's own address", async () => {
  const registry = createNpmRegistry();
  const request = (path: string, init?: RequestInit) =>
    registry.answer(new Request(`http://127.0.0.1:1234/npm/${path}`, init));
  assert.equal((await request("@renorm%2fone")).status, 404);
  const upload = {
    name: "@renorm/one",
    "dist-tags": { latest: "1.0.0" },
    versions: { "1.0.0": { dist: { integrity: "sha512-x", tarball: "http://elsewhere/one.tgz" } } },
    _attachments: { "@renorm/one-1.0.0.tgz": { data: "AQID" } },
  };
  const put = { method: "PUT", body: JSON.stringify(upload) };
  assert.equal((await request("@renorm%2fone", put)).status, 201);
  const page = await (await request("@renorm%2fone")).json();
  const { integrity, tarball } = page.versions["1.0.0"].dist;
  assert.equal(integrity, "sha512-x");
  assert.equal(tarball, "http://127.0.0.1:1234/npm/@renorm/one/-/@renorm/one-1.0.0.tgz");
  const bytes = await (await registry.answer(new Request(tarball))).bytes();
  assert.deepEqual([...bytes], [1, 2, 3]);
  assert.equal((await request("@renorm/one/-/other.tgz")).status, 404);
});
