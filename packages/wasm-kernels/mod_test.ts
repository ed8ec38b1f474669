import assert from "node:assert/strict";
import * as core from "@renorm/core-math";
import * as wasm from "./mod.ts";

Deno.test("whatever core-math exports is exported here under the same name", () => {
  const missing = Object.keys(core).filter((name) => !Object.hasOwn(wasm, name));
  assert.deepEqual(missing, []);
});

Deno.test("layers are those of core-math to whoever asks, and print as they do", () => {
  const layer = new wasm.BatchRenorm2d(3, { warmupSteps: 9 });
  assert.ok(layer instanceof core.BatchRenorm2d && layer instanceof core.BatchRenormLayer);
  assert.equal(String(layer), String(new core.BatchRenorm2d(3, { warmupSteps: 9 })));
});
