import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { printHeader } from "./formats/safetensors/header.ts";

const megabyte = 2 ** 20;
const measureMemory = fileURLToPath(new URL("./testing/measure_memory.ts", import.meta.url));

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

    const command = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--allow-all", measureMemory, file, out],
    });
    const { code, stdout, stderr } = await command.output();
    const [more, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assert.deepEqual([code, errors], [0, ""]);
    assert.ok(
      Number(more) > 0 && Number(more) < 100 * megabyte,
      `${Math.round(Number(more) / megabyte)} MiB more`,
    );
    const { size } = await Deno.stat(out);
    assert.ok(size > large && size < large + 10_000);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
