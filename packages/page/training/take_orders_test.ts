import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import * as tf from "@tensorflow/tfjs";
import type { News, Order } from "../protocol.ts";
import { defaultSettings } from "../settings.ts";
import type { Pair } from "./pair.ts";
import { takeOrders } from "./take_orders.ts";

await tf.setBackend("cpu");

/** Batch size as the mark of a run: what is built by the order of run 7 is told as run 7 alone. */
const build = (run: number): Order => ({
  kind: "build",
  run,
  settings: { ...defaultSettings, batchSize: run },
  from: null,
});
const train: Order = { kind: "train" };
const pause: Order = { kind: "pause" };
const step: Order = { kind: "step" };

/**
 * Waits of a run: those of its build and first steps, and those about the measurement of step 25.
 */
const places = [1, 2, 3, 4, 5, 6, 27, 28, 29, 30, 31, 32];

/** An answer that is the question. */
const answered = (pixels: Float32Array) => ({ trainingMode: pixels, evalMode: pixels });

/** A worker with networks that only count, which calls `onWait` at each of its waits. */
async function openWorker(onWait: (wait: number) => void) {
  const news: News[] = [];
  const faults: string[] = [];
  const living = new Set<number>();
  let waits = 0;
  const wait = async () => {
    onWait(++waits);
    await setImmediate();
  };
  const give = takeOrders((one) => news.push(one), async (_, { batchSize: run }) => {
    if (living.size > 0) faults.push(`${run} is built beside ${[...living]}`);
    living.add(run);
    await wait();
    let step = 0;
    const use = async <T>(value: T) => {
      if (!living.has(run)) faults.push(`${run} is used after its end`);
      await wait();
      return value;
    };
    const score = { loss: run, accuracy: 0 };
    const reading = { trainingMode: score, evalMode: score };
    return {
      step: () => step,
      train: () => use({ step: ++step, images: [run], losses: [0, 0], layers: [[], []] }),
      read: () => use([reading, reading]),
      answer: (pixels) => use([answered(pixels), answered(pixels)]),
      snapshot: () => use({ step, networks: [] as never }),
      dispose: () => living.delete(run),
    } satisfies Pair;
  });
  const until = async (holds: (one: News) => boolean) => {
    for (let i = 0; i < 20_000; i++) {
      if (news.some(holds)) return;
      await setImmediate();
    }
    assert.fail(`waits in vain: ${news.map((one) => `${one.kind} ${"run" in one && one.run}`)}`);
  };
  give({ kind: "open", backend: "cpu" });
  await until(({ kind }) => kind === "opened");
  return { give, news, faults, until };
}

/** No news of one run has come from the networks of another, and the steps of each come in turn. */
function assertApart(news: readonly News[]) {
  const steps = new Map<number, number>();
  for (const one of news) {
    if (one.kind === "measured") {
      assert.equal(one.measurement.readings[0].evalMode.loss, one.run);
    }
    if (one.kind !== "trained") continue;
    for (const { step, images } of one.steps) {
      assert.deepEqual(images, [one.run]);
      assert.equal(step, (steps.get(one.run) ?? 0) + 1);
      steps.set(one.run, step);
    }
  }
}

/**
 * Orders that come together while run 1 is built, trains or is measured, and what must come of
 * them.
 */
const interruptions: readonly (readonly [string, readonly Order[], "trains" | "rests"])[] = [
  ["another setting", [build(2), train], "trains"],
  ["two settings, one after another", [build(3), train, build(2), train], "trains"],
  ["a pause, and a start again", [pause, train, build(2), train], "trains"],
  ["a start, of what trains already", [train, build(2), train], "trains"],
  ["a reset", [build(2)], "rests"],
  ["a setting, and a pause", [build(2), train, pause], "rests"],
  ["a setting, started and paused twice", [build(2), train, pause, train, pause], "rests"],
];

for (const [name, orders, outcome] of interruptions) {
  Deno.test(`at whatever wait of the worker it comes, the run ${outcome}: ${name}`, async () => {
    for (const at of places) {
      const { give, news, faults, until } = await openWorker((wait) => {
        if (wait === at) orders.forEach(give);
      });
      give(build(1));
      give(train);
      await until((one) => one.kind === "measured" && one.run === 2);
      if (outcome === "trains") {
        await until((one) => one.kind === "measured" && one.run === 2 && one.measurement.step > 0);
        give(pause);
        await until((one) => one.kind === "paused" && one.run === 2);
      }
      // Every order before this one has been carried out when it is.
      give(step);
      const isStep = (one: News) =>
        one.kind === "measured" && one.run === 2 && one.measurement.step % 25 === 1;
      await (outcome === "rests" ? until(isStep) : until((one) => one.kind === "paused"));
      assert.deepEqual(faults, [], `${name} at wait ${at}`);
      assertApart(news);
    }
  });
}

Deno.test("a step, a pause and a start for one run go on where it stands", async () => {
  for (const at of places) {
    const { give, news, faults, until } = await openWorker((wait) => {
      if (wait === at) [pause, train].forEach(give);
    });
    give(build(1));
    give(train);
    await until((one) => one.kind === "measured" && one.measurement.step >= 50);
    give(pause);
    const ends = () => news.filter(({ kind }) => kind === "paused").length;
    while (ends() < 2) await setImmediate();
    assert.deepEqual(faults, []);
    assertApart(news);
  }
});

Deno.test("a ping is answered at once, whatever the worker does", async () => {
  let aliveAt = 0;
  const { give, news, until } = await openWorker((wait) => {
    if (wait !== 5) return;
    const before = news.length;
    give({ kind: "ping" });
    aliveAt = before;
  });
  give(build(1));
  give(train);
  await until((one) => one.kind === "trained");
  assert.equal(news[aliveAt].kind, "alive");
  give(pause);
  await until((one) => one.kind === "paused");
});

Deno.test("an image is read at whatever wait of the worker it is asked for, and the run goes on", async () => {
  const ask = (question: number): Order => {
    return { kind: "read", reader: "drawing", question, batches: [Float32Array.of(question)] };
  };
  for (const at of places) {
    const { give, news, faults, until } = await openWorker((wait) => {
      if (wait === at) [ask(1), ask(2)].forEach(give);
    });
    give(build(1));
    give(train);
    await until(({ kind }) => kind === "answered");
    await until((one) => one.kind === "measured" && one.measurement.step >= 50);
    give(pause);
    await until(({ kind }) => kind === "paused");
    // Of what a reader asks in a row, the last alone; and not after the training, but within it.
    const answers = news.filter((one) => one.kind === "answered");
    assert.deepEqual(answers.map(({ run, question }) => [run, question]), [[1, 2]], `wait ${at}`);
    assert.deepEqual([...answers[0].answers[0][1].evalMode], [2]);
    assert.deepEqual(faults, []);
    assertApart(news);
  }
});
