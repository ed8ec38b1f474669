import assert from "node:assert/strict";
import { driverFileProblem } from "./vulkan_driver_files.ts";
import { cacheEnvironment } from "./cache_environment.ts";

const unpacked = ["libvk_swiftshader.so", "libvulkan.so.1", "vk_swiftshader_icd.json"];

/** Starts a process that unpacks SwiftShader into this cache; gives what it returned. */
async function unpackIn(cache: string): Promise<{ folder: string; icd: string }> {
  const script = `
    import { unpackSwiftShader } from ${
    JSON.stringify(new URL("./swiftshader.ts", import.meta.url))
  };
    console.log(JSON.stringify(await unpackSwiftShader()));`;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", script],
    // The script is code on the command line, so that it finds the settings by the folder.
    cwd: new URL("..", import.meta.url),
    env: await cacheEnvironment(cache),
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert.ok(text, new TextDecoder().decode(stderr));
  return JSON.parse(text);
}

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

Deno.test("unpackSwiftShader() by four processes at once leaves one whole folder", async () => {
  const cache = await Deno.makeTempDir();
  try {
    const results = await Promise.all([1, 2, 3, 4].map(() => unpackIn(cache)));
    assert.equal(new Set(results.map(({ folder }) => folder)).size, 1);
    const [{ folder, icd }] = results;
    assert.deepEqual(await namesIn(`${cache}/renorm`), [folder.split("/").at(-1)]);
    const names = await namesIn(folder);
    assert.ok(unpacked.every((name) => names.includes(name)), String(names));
    assert.equal(await driverFileProblem(icd), null);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});

Deno.test("unpackSwiftShader() mends a folder from which a file is gone", async () => {
  const cache = await Deno.makeTempDir();
  try {
    const { folder, icd } = await unpackIn(cache);
    await Deno.remove(`${folder}/libvk_swiftshader.so`);
    assert.match(await driverFileProblem(icd) ?? "", /not there/);
    await unpackIn(cache);
    assert.equal(await driverFileProblem(icd), null);
    assert.equal((await namesIn(`${cache}/renorm`)).length, 1);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});
