import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));

async function recalibration(...args: string[]) {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-read", "--allow-write", "--allow-env", main, ...args],
  });
  const { code, stdout, stderr } = await command.output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err };
}

Deno.test("the recalibration experiment takes up kept runs, ends with 2 for wrong usage and 1 where it cannot write", async () => {
  const kept = new URL("../../../docs/experiment/recalibration.json", import.meta.url);
  const { settings, networks } = JSON.parse(await Deno.readTextFile(kept));
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/runs`);
    for (const { run, accuracies } of networks) {
      const name = `${run.training}, seed ${run.seed}`.replace(/[^\w.]+/g, "-");
      const text = JSON.stringify({ run, settings, accuracies });
      await Deno.writeTextFile(`${folder}/runs/${name}.json`, text);
    }
    const { code, out, err } = await recalibration("--out", folder, "--seeds", "0,1,2");
    assert.equal(code, 0, err);
    assert.match(out, /^9 of 9 runs are already in /);
    for (const line of out.split("\n")) assert.ok([...line].length <= 100, line);
    const written = await Deno.readTextFile(`${folder}/results.json`);
    assert.equal(written, await Deno.readTextFile(kept));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  const wrong = await recalibration("--seeds", "first");
  assert.equal(wrong.code, 2);
  assert.match(
    wrong.err,
    /^experiment:recalibration: --seeds expects an integer of at least 0: got first/,
  );
  const unwritable = await recalibration("--out", "/dev/null/folder");
  assert.equal(unwritable.code, 1);
  const help = await recalibration("--help");
  assert.equal(help.code, 0);
  for (const line of help.out.split("\n")) assert.ok([...line].length <= 100, line);
});
