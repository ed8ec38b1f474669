import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { Results } from "./results.ts";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));

async function demo(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-read", "--allow-write", "--allow-env", main, ...args],
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

Deno.test("the demo prints plain text of at most 80 columns without a terminal", async () => {
  const { code, out, err } = await demo("--epochs", "0", "--out", "/dev/null");
  assert.equal(code, 0, err);
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(out, /\x1b/);
  for (const line of out.split("\n")) assert.ok([...line].length <= 80, line);
  assert.match(out, /batch renorm +2 +-0\.011973 +1\.002089/);
  assert.match(out, /2 +class by class/);
});

Deno.test("the demo prints JSON alone with --json, the same numbers for the same seed", async () => {
  const first = await demo("--json", "--seed", "3", "--epochs", "0");
  const results: Results = JSON.parse(first.out);
  assert.equal(results.digits.length, 8);
  assert.equal(results.settings.seed, 3);
  assert.ok(results.notebookDifference < 2e-5);
  for (const { batchSize, gap } of results.digits) {
    assert.ok(gap.batchRenorm < gap.batchNorm / 10, `batches of ${batchSize}`);
  }
  assert.equal((await demo("--json", "--seed", "3", "--epochs", "0")).out, first.out);
});

Deno.test("the demo writes one self-contained HTML file with --out", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const { code, out } = await demo("--out", `${folder}/report.html`, "--epochs", "1");
    assert.equal(code, 0);
    for (const line of out.split("\n")) assert.ok([...line].length <= 80, line);
    for (const layer of ["BatchNormalization", "BatchRenormalization"]) {
      assert.match(
        out,
        new RegExp(`^ {2}norm1 \\(${layer}\\) .*\\n(.*\\n){2} {2}norm2 \\(${layer}\\) `, "m"),
      );
    }
    const epoch = /^ {2}epoch 1\/1: batch norm loss 2\.\d\d, accuracy .*; batch renorm 2\.\d\d, /m;
    assert.match(out, epoch);
    assert.match(out, /^ {2}batch renorm +2\.\d{3} .* %$/m);
    assert.match(out, /The same with charts: .*report\.html/);
    const html = await Deno.readTextFile(`${folder}/report.html`);
    assert.equal(html.match(/<svg/g)?.length, 6);
    // Nothing is fetched: the only addresses are the names of XML spaces.
    assert.doesNotMatch(html, /<script|<link|<img|url\(|src=|@import/);
    for (const name of ["batch norm", "batch renorm", "rmax", "dmax"]) {
      assert.ok(html.includes(`>${name}</text>`), `the charts name ${name}`);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("the demo says what is wrong with its arguments and ends with 2, or 1 when it cannot write", async () => {
  for (
    const [args, message] of [
      [["--fast"], /Unknown option '--fast'/],
      [["--seed", "x"], /--seed expects an integer in \[0, 2\^32 - 1\]: got x/],
      [["--out", ""], /--out expects a file/],
      [["--epochs", "1.5"], /--epochs expects an integer in \[0, 1000\]: got 1.5/],
    ] as const
  ) {
    const { code, err } = await demo(...args);
    assert.equal(code, 2);
    assert.match(err, message);
  }
  const unwritable = await demo("--out", "/nowhere/report.html", "--epochs", "0");
  assert.equal(unwritable.code, 1);
  assert.match(unwritable.err, /--out expects a file that can be written: got /);
  const help = await demo("--help");
  assert.equal(help.code, 0);
  assert.match(help.out, /Usage: deno task demo/);
});
