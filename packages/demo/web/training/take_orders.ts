/** What the worker does. */
import { loadDigits } from "../../digits.ts";
import { splitDigits, type TrainingData } from "../../experiment/labelled_images.ts";
import type { News, Order, PauseReason } from "../protocol.ts";
import { chooseBackend } from "./backend.ts";
import { corrections } from "./corrections.ts";
import { makePair, type Pair, pairLimits, type TrainedStep } from "./pair.ts";
import type { PageSettings } from "../settings.ts";

/** How many digits are learned from; the 697 others test, enough for batches of 64 of every class. */
const trainCount = 1100;

/** Steps between two measurements. */
export const measureEvery = 25;

/** A training pauses by itself at each multiple of these steps. */
export const pauseEvery = 3000;

/** Milliseconds between two reports of steps. */
const reportEvery = 200;

/** Milliseconds after which the worker looks for orders. */
const restEvery = 40;

/** Carries out orders one after another, and tells what comes of them. */
export function takeOrders(tell: (news: News) => void): (order: Order) => void {
  let data: TrainingData;
  let run = 0;
  let settings: PageSettings;
  let pair: Pair | null = null;
  let isWanted = false;
  let untold: TrainedStep[] = [];
  let unmeasured: TrainedStep[] = [];

  const trainOnce = async () => {
    const step = await pair!.train();
    untold.push(step);
    unmeasured.push(step);
    return step.losses.every(Number.isFinite);
  };

  const tellSteps = () => {
    if (untold.length > 0) tell({ kind: "trained", run, steps: untold });
    untold = [];
  };

  const measure = async () => {
    tellSteps();
    const steps = unmeasured;
    unmeasured = [];
    const ofNetwork = (n: 0 | 1) =>
      steps[0].layers[n].map((_, l) =>
        corrections(steps.map(({ step, layers }) => ({
          ...layers[n][l],
          limits: pairLimits(settings, step)[n],
        })))
      );
    const measurement = {
      step: pair!.step(),
      readings: await pair!.read(),
      readCount: pair!.readCount,
      limits: pairLimits(settings, pair!.step()),
      corrections: steps.length === 0 ? null : [ofNetwork(0), ofNetwork(1)] as const,
    };
    tell({ kind: "measured", run, measurement, snapshot: await pair!.snapshot() });
  };

  const trainOn = async (): Promise<PauseReason> => {
    let told = performance.now();
    let rested = told;
    while (isWanted) {
      const isFinite = await trainOnce();
      const step = pair!.step();
      if (step % measureEvery === 0 || !isFinite) await measure();
      if (!isFinite) return "diverged";
      if (step % pauseEvery === 0) return "long";
      const now = performance.now();
      if (now - told > reportEvery) {
        tellSteps();
        told = now;
      }
      if (now - rested > restEvery) {
        await new Promise((resolve) => setTimeout(resolve));
        rested = performance.now();
      }
    }
    return "told";
  };

  const act = async (order: Order) => {
    switch (order.kind) {
      case "open": {
        const lost = (reason: string) => tell({ kind: "lost", reason });
        const [backend, digits] = await Promise.all([
          chooseBackend(order.backend, lost),
          loadDigits().catch((error: Error) => tell({ kind: "failed", reason: error.message })),
        ]);
        if (!digits) return;
        data = splitDigits(digits, trainCount);
        const { images: pixels, labels } = digits;
        tell({ kind: "opened", backend, images: { pixels, labels, size: data.train.size } });
        return;
      }
      case "build":
        pair?.dispose();
        ({ run, settings } = order);
        [untold, unmeasured] = [[], []];
        pair = await makePair(data, settings, order.from);
        // Where a snapshot was taken, it was measured as well.
        return order.from ? undefined : await measure();
      case "step":
        await trainOnce();
        return await measure();
      case "train": {
        const reason = await trainOn();
        tellSteps();
        tell({ kind: "paused", run, reason });
        return;
      }
    }
  };

  let queue = Promise.resolve();
  return (order) => {
    // A training does not wait for its turn to end.
    isWanted = order.kind === "train" || order.kind === "step" && isWanted;
    queue = queue.then(() => act(order)).catch((error: unknown) => {
      tell({ kind: "lost", reason: error instanceof Error ? error.message : String(error) });
    });
  };
}
