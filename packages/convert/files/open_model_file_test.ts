import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openModelFile, pathBeside } from "./open_model_file.ts";
import { withFolder } from "../testing/with_folder.ts";

const isWindows = Deno.build.os === "windows";

// Windows lets administrators alone make links.
Deno.test({
  name: "a shard is read within the model's folder, by links too, and not beyond it",
  ignore: isWindows,
}, () =>
  withFolder(async (path) => {
    const [at, model] = [path("model"), path("model", "model.json")];
    await mkdir(join(at, "parts"), { recursive: true });
    await writeFile(model, "{}");
    await writeFile(join(at, "parts", "w.bin"), "w");
    await writeFile(path("secret.bin"), "s");
    await writeFile(path("model-secret.bin"), "s");
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
    await mkdir(path("cache"));
    await symlink(model, path("cache", "model.json"));
    await symlink(join(at, "parts", "w.bin"), path("cache", "w.bin"));
    const cached = path("cache", "model.json");
    assert.equal(await pathBeside(cached, "w.bin"), path("cache", "w.bin"));
  }));

Deno.test(
  { name: "a pipe is refused, not waited for", ignore: isWindows },
  () =>
    withFolder(async (path) => {
      const pipe = path("pipe.safetensors");
      assert.ok((await new Deno.Command("mkfifo", { args: [pipe] }).output()).success);
      await assert.rejects(openModelFile(pipe), {
        name: "ModelFileError",
        message: `${pipe}, file: expected a regular file, got a pipe (FIFO)`,
      });
    }),
);
