import assert from "node:assert/strict";
import { join } from "node:path";
import { npmFolder } from "./npm_folder.ts";

Deno.test("npmFolder() is the folder of the package with that version", async () => {
  // One that the tests need anyway.
  const folder = await npmFolder("npm:asciichart@1.5.25");
  const { name, version } = JSON.parse(await Deno.readTextFile(join(folder, "package.json")));
  assert.deepEqual([name, version], ["asciichart", "1.5.25"]);
});
