/** What Node runs: the cases that come on standard input in WebAssembly, a JSON line a result. */
import { text } from "node:stream/consumers";
import process from "node:process";
import { runOnWasm } from "./wasm_cases.ts";

const cases = JSON.parse(await text(process.stdin));
for await (const result of runOnWasm(cases, "wasm node")) console.log(JSON.stringify(result));
