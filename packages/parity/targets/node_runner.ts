/** What Node runs: the cases on Dawn's adapter, a JSON line a result. */
import process from "node:process";
import { text } from "node:stream/consumers";
import { create, globals } from "webgpu";
import { requestTestDevice } from "@renorm/testing/gpu/request_device";
import { runOnDevice } from "./run_on_device.ts";

Object.assign(globalThis, globals);
const cases = JSON.parse(await text(process.stdin));
// Dawn ends when nobody holds its GPU object any more.
const gpu = create([]);
const device = await requestTestDevice(gpu);
for await (const result of runOnDevice(cases, "node", device)) console.log(JSON.stringify(result));
device.destroy();
process.exit(0);
