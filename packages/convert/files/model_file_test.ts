import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openModelFile, pathBeside } from "./model_file.ts";

const isWindows = Deno.build.os === "windows";

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "renorm-"));
  try {
    await test(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

// Windows lets administrators alone make links.
Deno.test({
  name: "a shard is read within the model's folder, by links too, and not beyond it",
  ignore: isWindows,
}, () =>
  withFolder(async (folder) => {
    const [at, model] = [join(folder, "model"), join(folder, "model", "model.json")];
    await mkdir(join(at, "parts"), { recursive: true });
    await writeFile(model, "{}");
    await writeFile(join(at, "parts", "w.bin"), "w");
    await writeFile(join(folder, "secret.bin"), "s");
    await writeFile(join(folder, "model-secret.bin"), "s");
    await symlink("parts/w.bin", join(at, "within.bin"));
    await symlink("../secret.bin", join(at, "out.bin"));
    await symlink("../model-secret.bin", join(at, "sibling.bin"));
    await symlink("..", join(at, "up"));
    await symlink("out.bin", join(at, "twice.bin"));
    assert.equal(await pathBeside(model, "parts/w.bin"), join(at, "parts", "w.bin"));
    assert.equal(await pathBeside(model, "within.bin"), join(at, "within.bin"));
    for (const name of ["out.bin", "sibling.bin", "up/secret.bin", "twice.bin"]) {
      await assert.rejects(pathBeside(model, name), {
        message: new RegExp(`shard ${name}: .*a link out of it`),
      });
    }
    await assert.rejects(pathBeside(model, "none.bin"), /shard none\.bin: .*ENOENT/);
    // As download caches keep models: a folder of links to files that lie together elsewhere.
    await mkdir(join(folder, "cache"));
    await symlink(model, join(folder, "cache", "model.json"));
    await symlink(join(at, "parts", "w.bin"), join(folder, "cache", "w.bin"));
    const cached = join(folder, "cache", "model.json");
    assert.equal(await pathBeside(cached, "w.bin"), join(folder, "cache", "w.bin"));
  }));

Deno.test(
  { name: "a pipe is refused, not waited for", ignore: isWindows },
  () =>
    withFolder(async (folder) => {
      const pipe = join(folder, "pipe.safetensors");
      assert.ok((await new Deno.Command("mkfifo", { args: [pipe] }).output()).success);
      await assert.rejects(openModelFile(pipe), {
        name: "ModelFileError",
        message: `${pipe}, file: expected a regular file, got a pipe (FIFO)`,
      });
    }),
);
