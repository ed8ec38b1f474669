import assert from "node:assert/strict";
import { driverVariable, findDrivers, isSoftware } from "./drivers.ts";
import type { Probe } from "./probe.ts";

Deno.test("every driver found dispatches a real kernel and gets each number right", async () => {
  const drivers = await findDrivers();
  const names = drivers.map(({ name }) => name);
  assert.ok(names.includes("swiftshader"), `SwiftShader is there on every machine: ${names}`);
  const script = new URL("./probe.ts", import.meta.url).pathname;
  for (const { name, env } of drivers) {
    const command = new Deno.Command(Deno.execPath(), {
      args: ["run", "--allow-env", script],
      env: { ...env, [driverVariable]: name },
    });
    const { stdout, stderr } = await command.output();
    const text = new TextDecoder().decode(stdout);
    assert.ok(text, new TextDecoder().decode(stderr));
    const found: Probe = JSON.parse(text);
    assert.ok(found.computes, name);
    if (name !== "native") {
      const words = `${found.description} ${found.architecture}`.toLowerCase();
      assert.ok(words.includes(name), `asked for ${name}, got ${words}`);
      assert.ok(isSoftware(words));
    }
  }
});

Deno.test("llvmpipe is among the drivers where its description is installed", async () => {
  let installed = false;
  try {
    const folder = await Array.fromAsync(Deno.readDir("/usr/share/vulkan/icd.d"));
    installed = folder.some(({ name }) => name.startsWith("lvp_icd"));
  } catch (error) {
    assert.ok(error instanceof Deno.errors.NotFound);
  }
  const names = (await findDrivers()).map(({ name }) => name);
  assert.equal(names.includes("llvmpipe"), installed);
});
