import assert from "node:assert/strict";
import { pinnedVersions, publicPackages } from "./public_packages.ts";

Deno.test("publicPackages() leaves out what is not published, and reads both forms of exports", async () => {
  const root = await Deno.makeTempDir();
  try {
    const configs = {
      b: { name: "@renorm/b", version: "1.0.0", exports: "./mod.ts" },
      a: { name: "@renorm/a", version: "1.0.0", exports: { ".": "./a.ts", "./cli": "./cli.ts" } },
      bench: { name: "@renorm/bench", exports: "./main.ts", publish: false },
    };
    for (const [name, config] of Object.entries(configs)) {
      await Deno.mkdir(`${root}/packages/${name}`, { recursive: true });
      await Deno.writeTextFile(`${root}/packages/${name}/deno.json`, JSON.stringify(config));
    }
    assert.deepEqual(await publicPackages(root), [
      {
        name: "a",
        folder: `${root}/packages/a`,
        version: "1.0.0",
        exports: { ".": "./a.ts", "./cli": "./cli.ts" },
      },
      { name: "b", folder: `${root}/packages/b`, version: "1.0.0", exports: { ".": "./mod.ts" } },
    ]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("pinnedVersions() reads scoped names and those with a path behind the version", async () => {
  const pinned = await pinnedVersions();
  for (const name of ["webgpu", "@tensorflow/tfjs", "nsfwjs"]) {
    assert.match(pinned[name], /^\d+\.\d+\.\d+$/);
  }
});
