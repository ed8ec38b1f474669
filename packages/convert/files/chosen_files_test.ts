import assert from "node:assert/strict";
import { convert } from "../testing/command_line.ts";
import { filesOf, models } from "../testing/layers_models.ts";
import { withFolder } from "../testing/with_folder.ts";
import { formatOf, openChosenFiles } from "../mod.ts";

const golden = new URL("../../parity/golden/minicnn_batch2.safetensors", import.meta.url);
const keras = new URL("../testdata/functional.keras", import.meta.url);

/** What is said of an archive. */
async function tableOf(archive: Uint8Array): Promise<string> {
  const file = await openChosenFiles([new File([archive as BlobPart], "model.keras")]);
  return String(await (await formatOf(file)).inspect(file, {}));
}

/** The files of a model, its own first, by name. */
const given: Record<string, () => Promise<Record<string, Uint8Array | string>>> = {
  "a checkpoint": async () => ({ "model.safetensors": await Deno.readFile(golden) }),
  "a Keras archive": async () => ({ "model.keras": await Deno.readFile(keras) }),
  "a model.json with its shards": async () => {
    const { json, shards } = await filesOf(models.nested().model);
    assert.ok(shards.size > 1);
    return { "model.json": JSON.stringify(json), ...Object.fromEntries(shards) };
  },
};

for (const [kind, make] of Object.entries(given)) {
  Deno.test(`${kind} that was chosen becomes what the command makes of it, and is inspected alike`, async () => {
    const files = await make();
    const [name] = Object.keys(files);
    const chosen = Object.entries(files).map(([name, bytes]) =>
      new File([bytes as BlobPart], name)
    );
    const file = await openChosenFiles(chosen.toReversed());
    const format = await formatOf(file);
    const options = { to: "batch-renorm", statistics: "inference", rmax: 2 } as const;
    const { report, outputs } = await format.convert(file, options, `new-${name}`);
    await withFolder(async (path) => {
      for (const [name, bytes] of Object.entries(files)) {
        const written = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
        await Deno.writeFile(path(name), written);
      }
      const inspected = await convert("inspect", path(name));
      assert.equal(String(await format.inspect(file, {})), inspected.text);
      const out = path("out", `new-${name}`);
      const { status, text, error } = await convert(
        "to-renorm",
        path(name),
        "--rmax",
        "2",
        "--out",
        out,
      );
      assert.equal(status, 0, error);
      assert.ok(text.startsWith(String(report)));
      assert.ok(outputs.length >= 1);
      for (const { name, chunks } of outputs) {
        const read: BlobPart[] = [];
        for await (const chunk of chunks) read.push(new Uint8Array(chunk));
        const bytes = new Uint8Array(await new Blob(read).arrayBuffer());
        const written = await Deno.readFile(path("out", name));
        // An archive, and HDF5 within it, tells when it was made.
        if (!name.endsWith(".keras")) assert.deepEqual(bytes, written, name);
        else assert.deepEqual(await tableOf(bytes), await tableOf(written));
      }
    });
  });
}

Deno.test("without the model, with two, or without a shard it is said what is wanted", async () => {
  const file = (name: string) => new File(["{}"], name);
  const wanted = "openChosenFiles expects a model, or a .json file and the files that it names";
  await assert.rejects(openChosenFiles([]), {
    name: "TypeError",
    message: `${wanted}: got no file`,
  });
  await assert.rejects(openChosenFiles([file("a.bin"), file("b.bin")]), {
    name: "TypeError",
    message: `${wanted}: got "a.bin", "b.bin"`,
  });
  const { json } = await filesOf(models.nested().model);
  const alone = await openChosenFiles([new File([JSON.stringify(json)], "model.json")]);
  await assert.rejects((await formatOf(alone)).inspect(alone, {}), {
    name: "ModelFileError",
    message: /model\.json: expects shard .* to be that file too: got none of this name|shard/,
  });
});
