import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundle, bundleLock } from "./bundle.ts";

/** An entry in a folder whose name has all that a URL writes otherwise. */
async function withEntry(code: string, test: (entry: URL) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "a b ü#%" });
  try {
    await Deno.writeTextFile(join(folder, "entry.ts"), code);
    await test(pathToFileURL(join(folder, "entry.ts")));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a bundle runs, wherever its entry lies", () =>
  withEntry(
    "const answer: number = 6 * 7;\nObject.assign(globalThis, { answer });",
    async (entry) => {
      const seen: { answer?: number } = {};
      new Function("globalThis", await bundle(entry, { format: "iife" }))(seen);
      assert.equal(seen.answer, 42);
    },
  ));

Deno.test("a bundle waits until no other process bundles", () =>
  withEntry("export {};", async (entry) => {
    // Locks are a process's or a file's that is open; this one stands for another process.
    using other = await Deno.open(await bundleLock(), { create: true, write: true });
    await other.lock(true);
    let done = false;
    const bundles = [1, 2].map(() => bundle(entry).then(() => done = true));
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(done, false);
    await other.unlock();
    await Promise.all(bundles);
    assert.equal(done, true);
  }));

Deno.test("what cannot be bundled is told in Deno's words, and what comes next is not held up", () =>
  withEntry('import "./nothing.ts";', async (entry) => {
    await assert.rejects(bundle(entry), /deno bundle failed: [^]*nothing\.ts/);
    await assert.rejects(bundle(entry), /deno bundle failed/);
  }));
