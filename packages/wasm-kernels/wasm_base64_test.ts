import assert from "node:assert/strict";
import { compiledText } from "./testing/compile_loops.ts";
import { wasmBase64 } from "./wasm_base64.ts";

Deno.test("the bytes are what the sources in assembly/ compile to, and fewer than 4096", async () => {
  const text = await Deno.readTextFile(new URL("wasm_base64.ts", import.meta.url));
  assert.equal(await compiledText(), text, "deno task wasm:build has to be run");
  assert.ok(atob(wasmBase64).length < 4096);
});
