import assert from "node:assert/strict";
import { requestTestDevice } from "./request_device.ts";

/**
 * Runs a GPU test: requests a device, watches for validation errors inside and outside of scopes,
 * and destroys the device. A missing adapter fails the test: there is always a software driver.
 */
export async function withDevice(test: (device: GPUDevice) => void | Promise<void>): Promise<void> {
  const device = await requestTestDevice(navigator.gpu);
  const uncaptured: string[] = [];
  device.addEventListener("uncapturederror", (event) => {
    uncaptured.push((event as GPUUncapturedErrorEvent).error.message);
  });
  device.pushErrorScope("validation");
  try {
    await test(device);
    const error = await device.popErrorScope();
    assert.equal(error?.message, undefined);
    assert.deepEqual(uncaptured, []);
  } finally {
    device.destroy();
  }
}
