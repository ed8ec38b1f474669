/** What the worker does. */
import { loadDigits } from "@renorm/experiments/data/digits";
import { splitDigits, type TrainingData } from "@renorm/experiments/data/labelled_images";
import type { News, Order, PauseReason, Reader } from "../protocol.ts";
import { chooseBackend } from "./backend.ts";
import { corrections } from "./corrections.ts";
import { makePair, type Pair, pairLimits, type TrainedStep } from "./pair.ts";
import { measureEvery, type PageSettings, pauseEvery } from "../settings.ts";

/**
 * How many digits are learned from; the 697 others test, enough for batches of 64 of every class.
 */
const trainCount = 1100;

/** Milliseconds between two reports of steps. */
const reportEvery = 200;

/** Milliseconds after which the worker looks for orders. */
const restEvery = 40;

/** A run and what has become of it; nothing of one run is ever seen by another. */
interface Run {
  readonly id: number;
  readonly settings: PageSettings;
  readonly pair: Pair;
  untold: TrainedStep[];
  unmeasured: TrainedStep[];
  /** A loss was no number; no further step makes it one. */
  isDiverged: boolean;
}

/** Lets other messages come in. */
const rest = () => new Promise((resolve) => setTimeout(resolve));

/**
 * Carries out orders one after another, and tells what comes of them.
 *
 * Orders are numbered as they come. A training belongs to its order: it ends as soon as an order to
 * build or to pause has come after it, whatever else has come since. What was ordered for networks
 * that others have replaced is passed over.
 */
export function takeOrders(
  tell: (news: News) => void,
  make: typeof makePair = makePair,
): (order: Order) => void {
  let data: TrainingData | null = null;
  let current: Run | null = null;
  let given = 0;
  /** Number of the last order that ends what trains. */
  let lastEnd = 0;
  /** The run of the last order to build. */
  let lastRun = 0;
  /** What is still to be read. */
  const asked = new Map<Reader, Order & { kind: "read" }>();

  const trainOnce = async (run: Run) => {
    const step = await run.pair.train();
    run.untold.push(step);
    run.unmeasured.push(step);
    run.isDiverged = !step.losses.every(Number.isFinite);
  };

  const tellSteps = (run: Run) => {
    if (run.untold.length > 0) tell({ kind: "trained", run: run.id, steps: run.untold });
    run.untold = [];
  };

  const measure = async (run: Run) => {
    tellSteps(run);
    // It takes a while.
    await rest();
    const { pair, settings, unmeasured: steps } = run;
    run.unmeasured = [];
    const ofNetwork = (n: 0 | 1) =>
      steps[0].layers[n].map((_, l) =>
        corrections(steps.map(({ step, layers }) => ({
          ...layers[n][l],
          limits: pairLimits(settings, step)[n],
        })))
      );
    const measurement = {
      step: pair.step(),
      readings: await pair.read(),
      limits: pairLimits(settings, pair.step()),
      corrections: steps.length === 0 ? null : [ofNetwork(0), ofNetwork(1)] as const,
    };
    tell({ kind: "measured", run: run.id, measurement, snapshot: await pair.snapshot() });
  };

  const answerAll = async ({ id, pair }: Run) => {
    for (const [reader, { question, batches }] of asked) {
      asked.delete(reader);
      const answers = [];
      for (const pixels of batches) answers.push(await pair.answer(pixels));
      tell({ kind: "answered", run: id, reader, question, answers });
    }
  };

  const trainOn = async (run: Run, isWanted: () => boolean): Promise<PauseReason> => {
    let told = performance.now();
    let rested = told;
    while (isWanted() && !run.isDiverged) {
      await answerAll(run);
      await trainOnce(run);
      const step = run.pair.step();
      if (step % measureEvery === 0 || run.isDiverged) await measure(run);
      if (step % pauseEvery === 0 && !run.isDiverged) return "long";
      const now = performance.now();
      if (now - told > reportEvery) {
        tellSteps(run);
        told = now;
      }
      if (now - rested > restEvery) {
        await rest();
        rested = performance.now();
      }
    }
    return run.isDiverged ? "diverged" : "told";
  };

  const act = async (order: Order, number: number, id: number) => {
    const isReplaced = () => lastRun !== id;
    switch (order.kind) {
      case "open": {
        const lost = (reason: string) => tell({ kind: "lost", reason });
        const [backend, digits] = await Promise.all([
          chooseBackend(order.backend, lost),
          loadDigits().catch((error: Error) => {
            console.warn(error.message);
            tell({ kind: "failed", reason: "digits.csv.gz" });
          }),
        ]);
        if (!digits) return;
        data = splitDigits(digits, trainCount);
        const { images: pixels, labels } = digits;
        tell({
          kind: "opened",
          backend,
          images: { pixels, labels, size: data.train.size, trainCount },
        });
        return;
      }
      case "build": {
        // A failure to open has been told.
        if (isReplaced() || data === null) return;
        current?.pair.dispose();
        current = null;
        const { settings, from } = order;
        const pair = await make(data, settings, from);
        const run = { id, settings, pair, untold: [], unmeasured: [], isDiverged: false };
        current = run;
        // Where a snapshot was taken, it was measured as well.
        return from || isReplaced() ? undefined : await measure(run);
      }
      case "step":
        if (isReplaced() || current === null) return;
        if (!current.isDiverged) await trainOnce(current);
        return await measure(current);
      case "read":
        // Where many are asked in a row, the last one is all that counts.
        await rest();
        if (current !== null) await answerAll(current);
        return;
      case "train": {
        let reason: PauseReason = "told";
        if (!isReplaced() && current !== null) {
          reason = await trainOn(current, () => number > lastEnd);
          tellSteps(current);
        }
        tell({ kind: "paused", run: id, reason });
        return;
      }
    }
  };

  let queue = Promise.resolve();
  return (order) => {
    if (order.kind === "ping") return tell({ kind: "alive" });
    if (order.kind === "read") asked.set(order.reader, order);
    const number = ++given;
    if (order.kind === "build") lastRun = order.run;
    if (order.kind === "build" || order.kind === "pause") lastEnd = number;
    const run = lastRun;
    queue = queue.then(() => act(order, number, run)).catch((error: unknown) => {
      tell({ kind: "lost", reason: error instanceof Error ? error.message : String(error) });
    });
  };
}
