import assert from "node:assert/strict";
import { driverVariable, isSoftware, searchDrivers } from "./drivers.ts";
import { probeDriver } from "./probe_driver.ts";
import { findDriverFiles } from "./vulkan_driver_files.ts";

Deno.test("every driver found dispatches a real kernel and gets each number right", async () => {
  const { drivers } = await searchDrivers();
  assert.ok(drivers.length > 0);
  for (const driver of drivers) {
    const finding = await probeDriver(driver);
    assert.ok(!("error" in finding), `${driver.name}: ${"error" in finding ? finding.error : ""}`);
    assert.ok(finding.computes, driver.name);
    const words = `${finding.description} ${finding.architecture}`.toLowerCase();
    if (driver.name === "native") assert.ok(!isSoftware(words), words);
    else assert.ok(words.includes(driver.name), `asked for ${driver.name}, got ${words}`);
  }
});

Deno.test("SwiftShader is among the drivers on every linux x86_64, llvmpipe where installed", async () => {
  const { drivers, missing } = await searchDrivers();
  const reasons = JSON.stringify(missing);
  const names = drivers.map(({ name }) => name);
  const { os, arch } = Deno.build;
  assert.equal(names.includes("swiftshader"), os === "linux" && arch === "x86_64", reasons);
  const installed = (await findDriverFiles(/^lvp_icd/)).length > 0;
  assert.equal(names.includes("llvmpipe"), installed, reasons);
  assert.equal(drivers.length + missing.length, 3);
});

Deno.test("a driver's environment names it, and a driver that fails to load gives no adapter", async () => {
  const { drivers } = await searchDrivers();
  for (const { name, env } of drivers) assert.equal(env[driverVariable], name);
  const software = drivers.find(({ name }) => name !== "native");
  if (software === undefined) return;
  const nowhere = { VK_DRIVER_FILES: "/nowhere.json", VK_ICD_FILENAMES: "/nowhere.json" };
  const finding = await probeDriver({ ...software, env: { ...software.env, ...nowhere } });
  assert.ok("error" in finding);
  assert.match(finding.error, /expected a WebGPU adapter: got none/);
});
