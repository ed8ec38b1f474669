import assert from "node:assert/strict";
import { join } from "node:path";
import { defaultTraining, describeRun, type Run } from "../digits/settings.ts";
import type { RunResult } from "../digits/train.ts";
import { openRunStore } from "./run_store.ts";

const run: Run = { norm: "batch renorm", batchSize: 4, drawing: "class by class", seed: 1 };
const result: RunResult = { run, settings: defaultTraining, epochs: [], seconds: 1.5 };

const open = (folder: string) => openRunStore<RunResult>(folder, describeRun);

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(join(folder, "runs"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a run store gives back what was saved, in another process too", () =>
  inFolder(async (folder) => {
    const store = await open(folder);
    assert.equal(await store.load(run, defaultTraining), null);
    await store.save(result);
    assert.deepEqual(await (await open(folder)).load(run, defaultTraining), result);
    const files = Array.from(Deno.readDirSync(folder), ({ name }) => name);
    assert.deepEqual(files, ["batch-renorm-4-class-by-class-seed-1.json"]);
  }));

Deno.test("a run store gives nothing for another run or for other settings", () =>
  inFolder(async (folder) => {
    const store = await open(folder);
    await store.save(result);
    assert.equal(await store.load({ ...run, seed: 2 }, defaultTraining), null);
    assert.equal(await store.load(run, { ...defaultTraining, epochs: 99 }), null);
    const limits = { ...defaultTraining.limits, dmax: 1 };
    assert.equal(await store.load(run, { ...defaultTraining, limits }), null);
  }));

Deno.test("a run store takes what an interruption left behind for nothing, and mends it", () =>
  inFolder(async (folder) => {
    const store = await open(folder);
    const file = join(folder, "batch-renorm-4-class-by-class-seed-1.json");
    await Deno.writeTextFile(`${file}.tmp`, JSON.stringify(result));
    assert.equal(await store.load(run, defaultTraining), null);
    await Deno.writeTextFile(file, JSON.stringify(result).slice(0, 40));
    assert.equal(await store.load(run, defaultTraining), null);
    await store.save(result);
    assert.deepEqual(await store.load(run, defaultTraining), result);
  }));

Deno.test("two processes may save the same run at once", () =>
  inFolder(async (folder) => {
    const stores = [await open(folder), await open(folder)];
    await Promise.all(Array.from({ length: 40 }, (_, i) => stores[i % 2].save(result)));
    assert.deepEqual(await stores[0].load(run, defaultTraining), result);
    assert.equal(Array.from(Deno.readDirSync(folder)).length, 1);
  }));
