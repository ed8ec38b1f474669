import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { cacheEnvironment } from "./cache_environment.ts";

/** What a Vulkan loader finds with these: nothing. */
const noDriver = {
  DENO_WEBGPU_BACKEND: "vulkan",
  VK_DRIVER_FILES: "/nowhere.json",
  VK_ICD_FILENAMES: "/nowhere.json",
};

/** Runs a command that needs a GPU. */
async function run(
  env: Record<string, string>,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const command = fileURLToPath(new URL("./testdata/print_adapter.ts", import.meta.url));
  const allowed = ["env", "read", "write", "run", "sys"].map((name) => `--allow-${name}`);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...allowed, command, "--flag", "a b"],
    env,
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("ensureAdapter() starts the command again, with its arguments, permissions and status", async () => {
  const { code, stdout, stderr } = await run(noDriver);
  if (Deno.build.os !== "linux" || Deno.build.arch !== "x86_64") {
    // There are no software drivers to be found there.
    assert.equal(code, 1);
    assert.match(stderr, /expected a WebGPU driver on this machine: found none/);
    return;
  }
  assert.equal(code, 7, stderr);
  const { driver, description, args, net } = JSON.parse(stdout);
  assert.ok(["llvmpipe", "swiftshader"].includes(driver), driver);
  assert.ok(description.toLowerCase().includes(driver), description);
  assert.deepEqual(args, ["--flag", "a b"]);
  assert.notEqual(net, "granted");
});

Deno.test("ensureAdapter() starts a command again once only, then says which driver failed", async () => {
  const { code, stdout, stderr } = await run({ ...noDriver, RENORM_GPU_DRIVER: "llvmpipe" });
  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /from the driver llvmpipe: got none/);
});

Deno.test("ensureAdapter() says what it tried where no driver can be had", async () => {
  const cache = await Deno.makeTempFile();
  try {
    // A file where the cache folder should be: SwiftShader cannot be unpacked.
    const { code, stderr } = await run({ ...noDriver, ...await cacheEnvironment(cache) });
    if (code === 7) return; // llvmpipe is installed.
    assert.equal(code, 1);
    assert.match(stderr, /found none\n {2}native: .*\n {2}llvmpipe: .*mesa-vulkan-drivers/);
    assert.match(stderr, /\n {2}swiftshader: /);
  } finally {
    await Deno.remove(cache);
  }
});
