import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { cacheEnvironment } from "@renorm/testing/gpu/cache_environment";

/** Runs `deno task test` on a folder with these files; gives its status and its lines. */
async function runTests(
  files: Record<string, string>,
  { args = [], env = {} }: { args?: string[]; env?: Record<string, string> } = {},
): Promise<{ code: number; lines: string[] }> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(files)) {
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    const script = fileURLToPath(new URL("./run_tests.ts", import.meta.url));
    const { code, stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--allow-all", script, ...args, folder],
      env: { NO_COLOR: "1", ...env },
    }).output();
    return { code, lines: new TextDecoder().decode(stdout).trimEnd().split("\n") };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const passing = 'Deno.test("first", () => {});\nDeno.test("second", () => {});';

Deno.test("deno task test counts tests and doc tests, and ends with the sum", async () => {
  const { code, lines } = await runTests({
    "a_test.ts": passing,
    "b.ts": "/**\n * ```ts\n * const one: number = 1;\n * ```\n */\nexport const b: number = 1;",
    "readme.md": "```ts\nconst one: number = 1;\n```\n",
  });
  assert.equal(lines.at(-1), "4 passed, 0 failed");
  assert.equal(code, 0);
});

Deno.test("deno task test runs GPU tests once on each driver found, and nowhere else", async () => {
  const { code, lines } = await runTests({
    "a_gpu_test.ts": `
      Deno.test("on " + Deno.env.get("RENORM_GPU_DRIVER"), async () => {
        if (await navigator.gpu.requestAdapter() === null) throw new Error("no adapter");
      });`,
  });
  const drivers = lines.filter((line) => line.startsWith("== GPU tests on "))
    .map((line) => line.slice("== GPU tests on ".length));
  assert.ok(drivers.length > 0);
  const ran = lines.filter((line) => line.startsWith("on ")).map((line) => line.split(" ")[1]);
  assert.deepEqual(ran, drivers);
  assert.equal(lines.at(-1), `${drivers.length} passed, 0 failed`);
  assert.equal(code, 0);
});

Deno.test("deno task test --filter counts only what it runs, and fails if that is nothing", async () => {
  const files = { "a_test.ts": passing };
  const one = await runTests(files, { args: ["--filter", "first"] });
  assert.equal(one.lines.at(-1), "1 passed, 0 failed");
  assert.equal(one.code, 0);
  const none = await runTests(files, { args: ["--filter", "third"] });
  assert.equal(none.lines.at(-1), "0 passed, 0 failed");
  assert.equal(none.code, 1);
});

Deno.test("deno task test --without-gpu leaves GPU tests out, and its last line says so", async () => {
  const files = { "a_test.ts": passing, "b_gpu_test.ts": 'Deno.test("gpu", () => {});' };
  const { code, lines } = await runTests(files, { args: ["--without-gpu"] });
  assert.equal(lines.at(-1), "2 passed, 0 failed; GPU tests left out: 1 files");
  assert.equal(code, 0);
});

Deno.test("deno task test fails what Deno lets pass: ignored tests and files that end the process", async () => {
  const { code, lines } = await runTests({
    "a_test.ts": passing,
    "b_test.ts": 'Deno.test.ignore("left out", () => {});',
    "c_test.ts": 'Deno.test("lost", () => {});\nDeno.exit(0);',
  });
  assert.equal(lines.at(-1), "2 passed, 2 failed");
  assert.ok(lines.includes("FAILED, tests and doc tests: ignored: left out"));
  assert.ok(lines.some((line) => /^FAILED, .*: its tests did not run: .*c_test\.ts$/.test(line)));
  assert.equal(code, 1);
});

Deno.test("deno task test ends with the tests that failed, and how", async () => {
  const { code, lines } = await runTests({
    "a_test.ts": 'Deno.test("2 < 1", () => { throw new Error("it is not"); });',
    "b_test.ts": passing,
  });
  const told = lines.findIndex((line) => /^FAILED, tests and doc tests: 2 < 1 \(.*\)$/.test(line));
  assert.equal(lines[told + 1], "    Error: it is not");
  assert.ok(told > lines.findLastIndex((line) => line.includes("second")));
  assert.equal(lines.at(-1), "2 passed, 1 failed");
  assert.equal(code, 1);
});

Deno.test("deno task test counts code that does not compile, and a killed run, as failed", async () => {
  const broken = await runTests({ "a_test.ts": passing, "b_test.ts": "Deno.test(;" });
  assert.equal(broken.lines.at(-1), "0 passed, 1 failed");
  assert.equal(broken.code, 1);
  const killed = await runTests({
    "a_test.ts": 'Deno.test("dies", () => Deno.kill(Deno.pid, "SIGKILL"));',
  });
  assert.equal(killed.lines.at(-1), "0 passed, 1 failed");
  assert.equal(killed.code, 1);
});

Deno.test("deno task test fails GPU tests for which there is no driver, after all others", async () => {
  const cache = await Deno.makeTempFile();
  try {
    // Hidden: the adapter of this machine, and with a file for a cache folder SwiftShader.
    const hidden = { DENO_WEBGPU_BACKEND: "none", ...await cacheEnvironment(cache) };
    const files = { "a_test.ts": passing, "b_gpu_test.ts": 'Deno.test("gpu", () => {});' };
    const { code, lines } = await runTests(files, { env: hidden });
    assert.ok(lines.some((line) => line.startsWith("no GPU tests on swiftshader: ")));
    // llvmpipe cannot be hidden where it is installed.
    const isInstalled = lines.includes("== GPU tests on llvmpipe");
    assert.equal(lines.at(-1), isInstalled ? "3 passed, 0 failed" : "2 passed, 1 failed");
    assert.equal(code, isInstalled ? 0 : 1);
  } finally {
    await Deno.remove(cache);
  }
});
