import assert from "node:assert/strict";
import type { News } from "../protocol.ts";
import { defaultSettings } from "../settings.ts";
import { openTrainer } from "./trainer.ts";

/**
 * A worker that tells the steps it was to go on from, and is lost at every order to train on
 * WebGPU.
 */
const fragile = new URL(`data:text/javascript,${
  encodeURIComponent(`
    let backend, run, step;
    onmessage = ({ data }) => {
      if (data.kind === "open") {
        ({ backend } = data);
        postMessage({ kind: "opened", backend: { name: backend } });
      }
      if (data.kind === "build") ({ run } = data, step = data.from?.step ?? 0);
      if (data.kind === "step") {
        step += 10;
        postMessage({ kind: "measured", run, measurement: { step }, snapshot: { step } });
      }
      if (data.kind === "train" && backend === "cpu") postMessage({ kind: "paused", run, reason: "told" });
      if (data.kind === "train" && backend !== "cpu") postMessage({ kind: "lost", reason: "as usual" });
    };
  `)
}`);

Deno.test("a worker that is lost again and again is rebuilt from its snapshot, at last on the CPU", async () => {
  const rebuilt: [number, boolean, string][] = [];
  const { promise: paused, resolve } = Promise.withResolvers<News>();
  const measured = Promise.withResolvers<void>();
  const trainer = openTrainer(fragile, "webgpu", defaultSettings, {
    onNews(news) {
      if (news.kind === "measured") measured.resolve();
      if (news.kind === "paused") resolve(news);
    },
    onRebuild: (...said) => rebuilt.push(said),
    onFailure: (reason) => assert.fail(reason),
  });
  trainer.step();
  await measured.promise;
  trainer.train();
  assert.deepEqual(await paused, { kind: "paused", run: 4, reason: "told" });
  assert.deepEqual(rebuilt, [[10, false, "gpu"], [10, false, "gpu"], [10, true, "gpu"]]);
  trainer.close();
});

/** A worker that tells of a pause when it is ordered, and of a measurement after a step. */
const obedient = new URL(`data:text/javascript,${
  encodeURIComponent(`
    let run;
    onmessage = ({ data }) => {
      if (data.kind === "build") run = data.run;
      if (data.kind === "pause") postMessage({ kind: "paused", run, reason: "told" });
      if (data.kind === "step") {
        postMessage({ kind: "measured", run, measurement: { step: 1 }, snapshot: { step: 1 } });
      }
    };
  `)
}`);

Deno.test("a training that was started again before its pause was told has not paused", async () => {
  const heard: string[] = [];
  let hear = () => {};
  const trainer = openTrainer(obedient, "cpu", defaultSettings, {
    onNews({ kind }) {
      heard.push(kind);
      hear();
    },
    onRebuild: () => assert.fail("nothing is lost"),
    onFailure: (reason) => assert.fail(reason),
  });
  const next = () => new Promise<void>((resolve) => hear = resolve);
  trainer.train();
  trainer.pause();
  trainer.train();
  trainer.step();
  await next();
  assert.deepEqual(heard, ["measured"]);
  trainer.pause();
  await next();
  assert.deepEqual(heard, ["measured", "paused"]);
  trainer.close();
});

Deno.test("who pauses while there is no worker has paused, and the next worker does not train", async () => {
  const heard: string[] = [];
  const measured = Promise.withResolvers<void>();
  const trainer = openTrainer(fragile, "webgpu", defaultSettings, {
    onNews({ kind }) {
      heard.push(kind);
      if (kind === "opened" && heard.includes("lost")) trainer.step();
      if (kind === "measured") measured.resolve();
    },
    onRebuild() {
      heard.push("lost");
      trainer.pause();
    },
    onFailure: (reason) => assert.fail(reason),
  });
  trainer.train();
  await measured.promise;
  assert.deepEqual(heard, ["opened", "lost", "paused", "opened", "measured"]);
  trainer.close();
});

Deno.test("single steps that are asked for while there is no worker are taken by the next one", async () => {
  const steps: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const trainer = openTrainer(fragile, "webgpu", defaultSettings, {
    onNews(news) {
      if (news.kind !== "measured") return;
      steps.push(news.measurement.step);
      if (steps.length === 2) resolve();
    },
    onRebuild() {
      trainer.pause();
      trainer.step();
      trainer.step();
    },
    onFailure: (reason) => assert.fail(reason),
  });
  trainer.train();
  await promise;
  assert.deepEqual(steps, [10, 20]);
  trainer.close();
});

Deno.test("where there is nothing to train on, no other worker is tried", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const empty = new URL(
    'data:text/javascript,onmessage = () => postMessage({ kind: "failed", reason: "no digits" })',
  );
  const trainer = openTrainer(empty, "webgpu", defaultSettings, {
    onNews() {},
    onRebuild: () => assert.fail("another worker would find no more"),
    onFailure: resolve,
  });
  assert.equal(await promise, "no digits");
  trainer.close();
});

Deno.test("a worker that is lost on the CPU is a failure, with its reason", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const broken = new URL("data:text/javascript,throw new Error('cannot be')");
  const trainer = openTrainer(broken, "cpu", defaultSettings, {
    onNews() {},
    onRebuild: () => assert.fail("there is nothing to go back to"),
    onFailure: resolve,
  });
  assert.match(await promise, /cannot be/);
  trainer.close();
});

Deno.test("an error on the CPU is no lost GPU, though the backend was left to the page", async () => {
  const onCpu = new URL(`data:text/javascript,${
    encodeURIComponent(`onmessage = ({ data }) => {
      if (data.kind === "open") postMessage({ kind: "opened", backend: { name: "cpu" } });
      if (data.kind === "train") postMessage({ kind: "lost", reason: "out of memory" });
    }`)
  }`);
  const { promise, resolve } = Promise.withResolvers<string[]>();
  const trainer = openTrainer(onCpu, "auto", defaultSettings, {
    onNews({ kind }) {
      if (kind === "opened") trainer.train();
    },
    onRebuild: () => assert.fail("there is no GPU to lose"),
    onFailure: (...said) => resolve(said),
  });
  assert.deepEqual(await promise, ["out of memory", "error"]);
});

/** Milliseconds that a test takes for a second. */
const second = 4;

/**
 * A worker that measures at a step, is gone without a word at an order to train, and answers pings
 * until then.
 */
const mortal = new URL(`data:text/javascript,${
  encodeURIComponent(`
    let run, step, backend;
    onmessage = ({ data }) => {
      if (data.kind === "open") {
        ({ backend } = data);
        postMessage({ kind: "opened", backend: { name: backend } });
      }
      if (data.kind === "ping") postMessage({ kind: "alive" });
      if (data.kind === "build") ({ run } = data, step = data.from?.step ?? 0);
      if (data.kind === "step") {
        step += 10;
        postMessage({ kind: "measured", run, measurement: { step }, snapshot: { step } });
      }
      if (data.kind === "train") close();
    };
  `)
}`);

for (
  const [backend, end] of [["webgpu", "on the CPU at last"], ["cpu", "three times in all"]] as const
) {
  Deno.test(`a worker that ends without a word is followed by another, ${end}: ${backend}`, async () => {
    const rebuilt: [number, boolean, string][] = [];
    const { promise, resolve } = Promise.withResolvers<string[]>();
    const trainer = openTrainer(
      mortal,
      backend,
      defaultSettings,
      {
        onNews({ kind }) {
          if (kind === "measured") trainer.train();
        },
        onRebuild: (...said) => rebuilt.push(said),
        onFailure: (...said) => resolve(said),
      },
      null,
      second,
    );
    trainer.step();
    assert.deepEqual(await promise, [backend === "cpu" ? "3" : "4", "silence"]);
    const again = [10, false, "worker"];
    assert.deepEqual(
      rebuilt,
      backend === "cpu" ? [again, again] : [again, again, [10, true, "worker"]],
    );
  });
}

/** A worker that answers its first question only when other networks are there. */
const forgetful = new URL(`data:text/javascript,${
  encodeURIComponent(`
    let run;
    onmessage = ({ data: { kind, run: built, reader, question, batches } }) => {
      if (kind === "build") run = built;
      if (kind !== "read" || question === 1 && run === 1) return;
      postMessage({ kind: "answered", run, reader, question, answers: batches });
    };
  `)
}`);

Deno.test("what is asked is answered by the networks that are there, and only the last of a reader", async () => {
  const trainer = openTrainer(forgetful, "cpu", defaultSettings, {
    onNews: ({ kind }) => assert.fail(kind),
    onRebuild: () => assert.fail("nothing is lost"),
    onFailure: (reason) => assert.fail(reason),
  });
  const read = (reader: "company" | "drawing", value: number) =>
    trainer.read(reader, [Float32Array.of(value)]) as Promise<unknown>;
  const first = read("company", 1);
  assert.deepEqual(await read("drawing", 2), [Float32Array.of(2)]);
  trainer.build(defaultSettings);
  assert.deepEqual(await first, [Float32Array.of(1)]);

  const replaced = read("drawing", 3);
  assert.deepEqual(await read("drawing", 4), [Float32Array.of(4)]);
  const isOver = await Promise.race([replaced.then(() => true), Promise.resolve(false)]);
  assert.equal(isOver, false);
  trainer.close();
});
