import assert from "node:assert/strict";
import type { News, Order } from "../protocol.ts";
import { defaultSettings } from "../settings.ts";
import type { Snapshot } from "./pair.ts";

/** A worker on the cpu backend, and what it told so far. */
async function withWorker(
  use: (
    give: (...orders: Order[]) => void,
    until: (kind: string) => Promise<News[]>,
  ) => Promise<void>,
): Promise<void> {
  const worker = new Worker(import.meta.resolve("./worker.ts"), { type: "module" });
  const told: News[] = [];
  let heard = () => {};
  worker.onmessage = ({ data }: MessageEvent<News>) => {
    told.push(data);
    heard();
  };
  /** Everything up to the first news of a kind. */
  const until = async (kind: string) => {
    while (!told.some((news) => news.kind === kind)) {
      await new Promise<void>((resolve) => heard = resolve);
    }
    return told.splice(0, told.findIndex((news) => news.kind === kind) + 1);
  };
  try {
    worker.postMessage({ kind: "open", backend: "cpu" } satisfies Order);
    await until("opened");
    await use((...orders) => orders.forEach((order) => worker.postMessage(order)), until);
  } finally {
    worker.terminate();
  }
}

const build = (run: number, from: Snapshot | null = null): Order => {
  return { kind: "build", run, settings: defaultSettings, from };
};

function measured(news: readonly News[]) {
  const last = news[news.length - 1];
  assert.equal(last.kind, "measured");
  return last as News & { kind: "measured" };
}

Deno.test("the worker builds, steps, goes on from a snapshot, and tells of which run", async () => {
  await withWorker(async (give, until) => {
    give(build(7));
    const start = measured(await until("measured"));
    assert.deepEqual([start.run, start.measurement.step, start.measurement.corrections], [
      7,
      0,
      null,
    ]);

    give({ kind: "step" });
    const news = await until("measured");
    const first = measured(news);
    const [trained] = news;
    assert.ok(trained.kind === "trained" && trained.steps[0].images.length === 4);
    assert.equal(first.measurement.step, 1);
    assert.equal(first.measurement.corrections?.[1].length, 2);

    give({ kind: "step" });
    const second = measured(await until("measured"));
    give(build(8, first.snapshot), { kind: "step" });
    const again = measured(await until("measured"));
    assert.equal(again.run, 8);
    assert.deepEqual(again.measurement, second.measurement);
  });
});

Deno.test("the worker trains until it is told to pause, though orders come while it trains", async () => {
  await withWorker(async (give, until) => {
    give(build(1));
    await until("measured");
    give({ kind: "train" });
    const { measurement } = measured(await until("measured"));
    assert.equal(measurement.step, 25);
    give({ kind: "pause" });
    const news = await until("paused");
    assert.deepEqual(news.at(-1), { kind: "paused", run: 1, reason: "told" });
    // Every step has been told by then.
    const steps = news.flatMap((one) => one.kind === "trained" ? one.steps : []);
    give({ kind: "step" });
    const next = measured(await until("measured")).measurement.step;
    assert.equal(next, (steps.at(-1)?.step ?? measurement.step) + 1);

    give({ kind: "train" }, { kind: "pause" });
    assert.deepEqual((await until("paused")).at(-1), { kind: "paused", run: 1, reason: "told" });

    give({ kind: "train" }, build(2));
    await until("paused");
    assert.equal(measured(await until("measured")).run, 2);
  });
});

Deno.test("a training whose loss is no longer a number pauses and says so", async () => {
  await withWorker(async (give, until) => {
    const settings = { ...defaultSettings, learningRate: 1e38 };
    give({ kind: "build", run: 1, settings, from: null }, { kind: "train" });
    const news = await until("paused");
    assert.deepEqual(news.at(-1), { kind: "paused", run: 1, reason: "diverged" });
    const losses = news.flatMap((one) => one.kind === "trained" ? one.steps : [])
      .map(({ losses }) => losses.every(Number.isFinite));
    assert.deepEqual(losses.lastIndexOf(true), losses.length - 2);
    const last = news.findLast((one) => one.kind === "measured") as News & { kind: "measured" };
    // No share of digits stands for what is no number.
    const { loss, accuracy } = last.measurement.readings[0].evalMode;
    assert.deepEqual([loss, accuracy], [NaN, NaN]);

    // No further step makes it one.
    give({ kind: "train" });
    assert.deepEqual(await until("paused"), [{ kind: "paused", run: 1, reason: "diverged" }]);
    give({ kind: "step" });
    const after = await until("measured");
    assert.deepEqual(after.map(({ kind }) => kind), ["measured"]);
    assert.equal(measured(after).measurement.step, last.measurement.step);
  });
});

Deno.test("an order that cannot be carried out is told as a loss, with what was wrong", async () => {
  await withWorker(async (give, until) => {
    give({ kind: "build", run: 1, settings: { ...defaultSettings, rmax: 0.5 }, from: null });
    const [lost] = await until("lost");
    assert.ok(lost.kind === "lost");
    assert.match(lost.reason, /rmax .*at least 1: got 0\.5/);
  });
});
