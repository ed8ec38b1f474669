import assert from "node:assert/strict";
import { join } from "node:path";
import { run } from "./cli/run.ts";
import { printHeader } from "./formats/safetensors/header.ts";

const megabyte = 2 ** 20;

Deno.test("a checkpoint of 500 MB is inspected and converted within a small part of its size", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const [file, out] = [join(folder, "large.safetensors"), join(folder, "out.safetensors")];
    const [large, small] = [500 * megabyte, 4 * 64];
    const tensors = [
      { name: "head.weight", dtype: "F32", shape: [large / 4], begin: 0, end: large },
      { name: "bn.running_mean", dtype: "F32", shape: [64], begin: large, end: large + small },
      {
        name: "bn.running_var",
        dtype: "F32",
        shape: [64],
        begin: large + small,
        end: large + 2 * small,
      },
    ];
    const header = printHeader({ tensors, metadata: null });
    await Deno.writeFile(file, header);
    // The rest is a hole in the file: it reads as zeros, and takes no time to make.
    await Deno.truncate(file, header.length + large + 2 * small);

    const before = Deno.memoryUsage().rss;
    let most = before;
    const terminal = {
      print: () => {},
      printError: (text: string) => assert.fail(text),
      progress: () => most = Math.max(most, Deno.memoryUsage().rss),
    };
    assert.equal(await run(["inspect", file], terminal), 0);
    assert.equal(await run(["to-renorm", file, "--out", out], terminal), 0);
    assert.ok(most - before < 100 * megabyte, `${Math.round((most - before) / megabyte)} MiB more`);
    const { size } = await Deno.stat(out);
    assert.ok(size > large && size < large + 10_000);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
