import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FineTuningResults } from "./results.ts";
import { norms } from "./settings.ts";

const program = `import { runTask } from "@renorm/terminal/run_task";
import { task } from "${new URL("./task.ts", import.meta.url)}";
await runTask(task);`;
const config = fileURLToPath(new URL("../../../deno.json", import.meta.url));

async function fineTuning(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(file, program);
    const permissions = ["--allow-read", "--allow-write", "--allow-env"];
    const command = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-check", "--config", config, ...permissions, file, ...args],
    });
    const { code, stdout, stderr } = await command.output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    return { code, out, err };
  } finally {
    await Deno.remove(file);
  }
}

Deno.test("fine-tuning --quick trains each norm in each order, and a run that is lost comes again to the digit", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const choice = ["--quick", "--out", folder, "--jobs", "1"];
    const first = await fineTuning(...choice);
    assert.equal(first.code, 0, first.err);
    assert.match(first.out, /^9 runs to train\n/);
    for (const line of first.out.split("\n")) {
      if (!line.includes(folder)) assert.ok([...line].length <= 100, line);
    }
    const results = join(folder, "results.json");
    const { runs }: FineTuningResults = JSON.parse(await Deno.readTextFile(results));
    assert.equal(runs.length, 3 * norms.length);
    assert.equal(new Set(runs.map(({ trainingLoss }) => trainingLoss)).size, runs.length);

    await Deno.remove(join(folder, "runs", "batch-renorm-4-object-by-object-seed-0.json"));
    const again = await fineTuning(...choice, "--json");
    const numbersOf = ({ runs }: FineTuningResults) => runs.map(({ seconds: _, ...rest }) => rest);
    assert.deepEqual(numbersOf(JSON.parse(again.out)), numbersOf({ runs } as FineTuningResults));

    const html = await Deno.readTextFile(join(folder, "report.html"));
    assert.doesNotMatch(html, /<script|<link|<img|url\((?!#)|src=|@import|NaN|undefined/);
    const svg = await Deno.readTextFile(join(folder, "charts", "accuracy.svg"));
    assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("fine-tuning ends with 2 for wrong usage", async () => {
  const wrong = await fineTuning("--seeds", "first");
  assert.equal(wrong.code, 2);
  assert.match(
    wrong.err,
    /^experiment fine-tuning: --seeds expects an integer of at least 0: got /,
  );
  const help = await fineTuning("--help");
  assert.equal(help.code, 0);
  for (const line of help.out.split("\n")) assert.ok([...line].length <= 100, line);
});
