import assert from "node:assert/strict";
import { join } from "node:path";
import { knownFile, npmFolder } from "./npm_files.ts";

// A package that the tests need anyway.
const folder = await npmFolder("npm:asciichart@1.5.25");

Deno.test("npmFolder() is the folder of the package with that version", async () => {
  const { name, version } = JSON.parse(await Deno.readTextFile(join(folder, "package.json")));
  assert.deepEqual([name, version], ["asciichart", "1.5.25"]);
});

Deno.test("knownFile() gives a file that it is told the hash of, and names both of another", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(join(folder, "abc"), "abc");
  // FIPS 180-2, appendix B.1.
  const sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  assert.deepEqual(await knownFile(folder, "abc", sha256), new TextEncoder().encode("abc"));
  await assert.rejects(knownFile(folder, "abc", "00"), {
    message: `${folder} expects abc with SHA-256 00: got ${sha256}`,
  });
  await Deno.remove(folder, { recursive: true });
});
