import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { buildSite } from "./site.ts";

async function run(entry: string, ...args: string[]) {
  const program = fileURLToPath(new URL(entry, import.meta.url));
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", program, ...args],
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

Deno.test("the site is ten files; the first page itself carries no TensorFlow.js, and no address is absolute", async () => {
  const site = await buildSite(null);
  assert.deepEqual([...site.keys()].sort(), [
    "digits.csv.gz",
    "hdf5.js",
    "index.html",
    "measure.html",
    "measure.js",
    "model.html",
    "model.js",
    "page.js",
    "style.css",
    "worker.js",
  ]);
  const text = (path: string) => new TextDecoder().decode(site.get(path));
  const beforeStart = ["index.html", "style.css", "page.js"];
  const packed = beforeStart.map((path) => gzipSync(site.get(path)!).length);
  assert.ok(packed.reduce((sum, bytes) => sum + bytes) < 250_000, `${packed}`);
  assert.ok(site.get("worker.js")!.length < 2_000_000);
  const html = text("index.html");
  assert.match(
    html,
    /default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'/,
  );
  assert.doesNotMatch(html, /(src|href)="(https?:)?\//);
  assert.doesNotMatch(html, /rel="help"/);
  assert.doesNotMatch(text("style.css"), /url\(|@import/);
});

Deno.test("deno task web:build writes the site into a folder, with links to the documentation", async () => {
  const out = await Deno.makeTempDir();
  try {
    const { code, out: said, err } = await run(
      "./build.ts",
      ...["--out", `${out}/below`, "--docs", 'https://example.org/"docs"'],
    );
    assert.equal(code, 0, err);
    assert.match(said, /^10 files, \d\.\d MB, in /);
    const html = await Deno.readTextFile(`${out}/below/index.html`);
    assert.match(html, /<link rel="help" href="https:\/\/example\.org\/&quot;docs&quot;\/">/);
    const reference = await Deno.readTextFile(`${out}/below/api/core-math/index.html`);
    assert.match(reference, /BatchRenorm2d/);
    const index = await Deno.readTextFile(`${out}/below/api/index.html`);
    assert.match(index, /<a href="jax-js\/index\.html">/);
    const digits = await Deno.readFile(`${out}/below/digits.csv.gz`);
    assert.deepEqual(
      digits,
      await Deno.readFile(new URL("../experiments/data/digits.csv.gz", import.meta.url)),
    );
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});

Deno.test("deno task web serves the page on this machine and says where", async () => {
  const program = fileURLToPath(new URL("./main.ts", import.meta.url));
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", program, "--port", "0"],
    stdout: "piped",
  });
  await using process = command.spawn();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await reader.read();
  const [address] = value!.match(/^http:\/\/127\.0\.0\.1:\d+\//)!;
  const page = await fetch(address);
  assert.equal(page.headers.get("content-type"), "text/html; charset=utf-8");
  assert.match(await page.text(), /<script type="module" src="page\.js">/);
  const taken = await run("./main.ts", "--port", new URL(address).port);
  assert.deepEqual([taken.code, taken.out], [1, ""]);
  const named = `--port expects a port that is free: got ${new URL(address).port}, which is taken`;
  assert.ok(taken.err.includes(named), taken.err);
  const missing = await fetch(`${address}nothing`);
  assert.equal(missing.status, 404);
  await missing.body?.cancel();
  process.kill();
  await reader.cancel();
});

Deno.test("both commands have help, and say what is wrong with an option", async () => {
  for (const entry of ["./main.ts", "./build.ts"]) {
    const { code, out } = await run(entry, "--help");
    assert.equal(code, 0);
    assert.match(out, /^Usage: deno task web/m);
    for (const line of out.split("\n")) assert.ok(line.length <= 100, line);
    const wrong = await run(entry, "--docs", "docs");
    assert.deepEqual([wrong.code, wrong.out], [2, ""]);
    assert.match(wrong.err, /--docs expects an address that begins with http: got docs/);
    assert.equal((await run(entry, "--prot", "8000")).code, 2);
  }
  assert.match((await run("./main.ts", "--port", "x")).err, /--port expects an integer .*: got x/);
  assert.equal((await run("./build.ts", "--out", "")).code, 2);
  const blocked = await run("./build.ts", "--out", "/dev/null/web");
  assert.equal(blocked.code, 1);
});
