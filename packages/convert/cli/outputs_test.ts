import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { run } from "./run.ts";

const golden = fileURLToPath(
  new URL("../../parity/golden/minicnn_batch2.safetensors", import.meta.url),
);
// Windows has no pipes in folders, and links are for administrators.
const ignore = Deno.build.os === "windows";

Deno.test({
  name: "what is no file is never written over, and a failure leaves no folder behind",
  ignore,
  async fn() {
    const folder = await Deno.makeTempDir();
    const names = async () => {
      const entries = await Array.fromAsync(Deno.readDir(folder));
      return entries.map(({ name }) => name).sort();
    };
    const convert = async (out: string, interruption = new AbortController()) => {
      let error = "";
      const terminal = {
        print: () => {},
        printError: (text: string) => error += text,
        progress: () => interruption.abort(),
      };
      const args = ["to-renorm", golden, "--force", "--out", `${folder}/${out}`];
      return { status: await run(args, terminal, "convert", interruption.signal), error };
    };
    await Deno.mkdir(`${folder}/folder`);
    await Deno.symlink("nothing", `${folder}/link`);
    await new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).output();
    const before = await names();
    const kinds = Object.entries({
      "folder": "a folder",
      "new/": "a folder",
      "link": "a link to nothing",
      "pipe": "a pipe (FIFO)",
    });
    for (const [name, kind] of kinds) {
      const { status, error } = await convert(name);
      assert.equal(status, 2, name);
      assert.ok(error.includes("--out to be a file: got") && error.includes(kind), error);
    }
    // Interrupted after the first bytes.
    assert.equal((await convert("a/b/c/out.safetensors")).status, 1);
    assert.deepEqual(await names(), before);
    await Deno.remove(folder, { recursive: true });
  },
});
