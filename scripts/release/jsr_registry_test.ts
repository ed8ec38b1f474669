import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createTarGzip } from "nanotar";
import { createJsrRegistry } from "./jsr_registry.ts";

const code = "export const one: number = 1;\n";
const version = "/api/scopes/renorm/packages/one/versions/1.0.0";

/** A registry to which `@renorm/one` 1.0.0 was uploaded, asked for paths. */
async function registryWithOne() {
  const registry = createJsrRegistry();
  const request = (path: string, init?: RequestInit) =>
    registry.answer(new Request(`http://127.0.0.1${path}`, init));
  assert.equal((await request(version)).status, 404);
  const body = await createTarGzip([
    { name: "deno.json", data: JSON.stringify({ exports: "./mod.ts" }) },
    { name: "mod.ts", data: code },
  ]) as Uint8Array<ArrayBuffer>;
  const { id } = await (await request(version, { method: "POST", body })).json();
  const task = await (await request(`/api/publish_status/${id}`)).json();
  assert.equal(task.status, "success");
  return { registry, get: (path: string) => request(path) };
}

Deno.test("an upload is served with its files, their checksums and its exports", async () => {
  const { registry, get } = await registryWithOne();
  assert.deepEqual([...registry.published.get("one@1.0.0")!.keys()], ["/deno.json", "/mod.ts"]);
  const { latest, versions } = await (await get("/@renorm/one/meta.json")).json();
  assert.deepEqual([latest, versions], ["1.0.0", { "1.0.0": {} }]);
  const { manifest, exports } = await (await get("/@renorm/one/1.0.0_meta.json")).json();
  assert.deepEqual(exports, { ".": "./mod.ts" });
  assert.deepEqual(manifest["/mod.ts"], {
    size: code.length,
    checksum: `sha256-${createHash("sha256").update(code).digest("hex")}`,
  });
  const file = await get("/@renorm/one/1.0.0/mod.ts");
  assert.equal(file.headers.get("content-type"), "application/typescript");
  assert.equal(await file.text(), code);
});

Deno.test("what was not uploaded is not there", async () => {
  const { get } = await registryWithOne();
  const paths = [
    "/@renorm/two/meta.json",
    "/@renorm/one/2.0.0_meta.json",
    "/@renorm/one/1.0.0/other.ts",
    "/@renorm/one/2.0.0/mod.ts",
    "/",
  ];
  for (const path of paths) assert.equal((await get(path)).status, 404, path);
});
