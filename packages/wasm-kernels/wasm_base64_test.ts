import assert from "node:assert/strict";
import { allLoops, compiledText } from "./testing/compile_loops.ts";
import { wasmBase64 } from "./wasm_base64.ts";

Deno.test("the bytes are what the sources in assembly/ compile to, and fewer than 4096", async () => {
  for (const loops of allLoops) {
    const text = await Deno.readTextFile(loops.target);
    assert.equal(await compiledText(loops), text, "deno task wasm:build has to be run");
  }
  assert.ok(atob(wasmBase64).length < 4096);
});
