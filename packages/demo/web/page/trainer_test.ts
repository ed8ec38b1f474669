import assert from "node:assert/strict";
import type { News } from "../protocol.ts";
import { defaultSettings } from "../settings.ts";
import { openTrainer } from "./trainer.ts";

/** A worker that tells the steps it was to go on from, and is lost at every order to train on WebGPU. */
const fragile = new URL(`data:text/javascript,${
  encodeURIComponent(`
    let backend, run, step;
    onmessage = ({ data }) => {
      if (data.kind === "open") backend = data.backend;
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
  const rebuilt: [number, boolean][] = [];
  const { promise: paused, resolve } = Promise.withResolvers<News>();
  const measured = Promise.withResolvers<void>();
  const trainer = openTrainer(fragile, "webgpu", defaultSettings, {
    onNews(news) {
      if (news.kind === "measured") measured.resolve();
      if (news.kind === "paused") resolve(news);
    },
    onRebuild: (step, isForGood) => rebuilt.push([step, isForGood]),
    onFailure: (reason) => assert.fail(reason),
  });
  trainer.step();
  await measured.promise;
  trainer.train();
  assert.deepEqual(await paused, { kind: "paused", run: 4, reason: "told" });
  assert.deepEqual(rebuilt, [[10, false], [10, false], [10, true]]);
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
