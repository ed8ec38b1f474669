import assert from "node:assert/strict";
import type { TensorFlow } from "./tensor_flow.ts";
import { webGpuBackend } from "./webgpu_backend.ts";

Deno.test("a webgpu backend without the members we know is not used, which is said once", () => {
  const inside = { device: {}, tensorMap: new Map() };
  const tf = { getBackend: () => "webgpu", backend: () => inside } as unknown as TensorFlow;
  const { warn } = console;
  const warned: string[] = [];
  console.warn = (text: string) => warned.push(text);
  try {
    assert.deepEqual([webGpuBackend(tf), webGpuBackend(tf)], [null, null]);
  } finally {
    console.warn = warn;
  }
  assert.equal(warned.length, 1);
  assert.match(warned[0], /this one lacks adapterInfo, commandQueueOwnedIds, .*stock operations$/);
});
