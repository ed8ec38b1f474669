/** The page's end of the training: a worker, and another one when that is lost. */
import type { News, Order } from "../protocol.ts";
import type { PageSettings } from "../settings.ts";
import type { BackendWish } from "../training/backend_wish.ts";
import type { Snapshot } from "../training/pair.ts";

/** News of a run that goes as it should. */
export type GoodNews = Exclude<News, { kind: "lost" | "failed" }>;

/** What the trainer tells; the news of the run that is current, and what it does about a loss. */
export interface TrainerListener {
  onNews(news: GoodNews): void;
  /** A run goes on from a step; `isForGood` when it is on the CPU from now on. */
  onRebuild(step: number, isForGood: boolean): void;
  /** Training cannot go on; the trainer is closed. */
  onFailure(reason: string): void;
}

/** Trains as it is told. */
export interface Trainer {
  /** Makes both networks anew, with other settings or the same; they wait for `train`. */
  build(settings: PageSettings): void;
  train(): void;
  pause(): void;
  step(): void;
  close(): void;
}

/** Losses in a row, with nothing measured between, after which the CPU takes over. */
const mostLosses = 3;

/** Milliseconds that a browser gets to start its GPU process again, times the losses so far. */
const restAfterLoss = 400;

/** Opens a worker that trains on the backend that is wished for. */
export function openTrainer(
  script: URL,
  wish: BackendWish,
  first: PageSettings,
  listener: TrainerListener,
): Trainer {
  let backend = wish;
  let settings = first;
  let snapshot: Snapshot | null = null;
  let run = 0;
  let isTraining = false;
  /** Orders to train whose end has not been told. */
  let trainings = 0;
  /** Single steps that were asked for while there was no worker. */
  let owedSteps = 0;
  let losses = 0;
  let isClosed = false;
  /** Null between a loss and the next one. */
  let worker: Worker | null = null;

  const give = (order: Order) => worker?.postMessage(order);
  const build = (from: Snapshot | null) => {
    trainings = 0;
    give({ kind: "build", run: ++run, settings, from });
  };
  const train = () => {
    if (worker !== null) trainings++;
    give({ kind: "train" });
  };

  const open = () => {
    if (isClosed) return;
    const opened = worker = new Worker(script, { type: "module" });
    opened.onmessage = ({ data }: MessageEvent<News>) => {
      if (opened === worker) hear(data);
    };
    opened.onerror = (event) => {
      event.preventDefault();
      if (opened !== worker) return;
      // A script that cannot be loaded has no error to tell of.
      if (event.message) lose(event.message);
      else fail(`${script.pathname} cannot be loaded`);
    };
    give({ kind: "open", backend });
    build(snapshot);
    if (isTraining) train();
    for (; owedSteps > 0; owedSteps--) give({ kind: "step" });
  };

  const hear = (news: News) => {
    if (news.kind === "lost") return lose(news.reason);
    if (news.kind === "failed") return fail(news.reason);
    if (news.kind !== "opened" && news.run !== run) return;
    if (news.kind === "measured") {
      snapshot = news.snapshot;
      if (news.measurement.step > 0) losses = 0;
    }
    if (news.kind === "paused") {
      // One that was started again before its end was told has not paused.
      if (--trainings > 0) return;
      isTraining = false;
    }
    listener.onNews(news);
  };

  const dismiss = () => {
    worker?.terminate();
    worker = null;
    trainings = 0;
  };

  const lose = (reason: string) => {
    dismiss();
    losses++;
    if (backend === "cpu") return fail(reason);
    const isForGood = losses >= mostLosses;
    if (isForGood) backend = "cpu";
    listener.onRebuild(snapshot?.step ?? 0, isForGood);
    setTimeout(open, restAfterLoss * losses);
  };

  const close = () => {
    isClosed = true;
    dismiss();
  };

  const fail = (reason: string) => {
    close();
    listener.onFailure(reason);
  };

  open();
  return {
    build(changed) {
      settings = changed;
      snapshot = null;
      isTraining = false;
      owedSteps = 0;
      build(null);
    },
    train() {
      isTraining = true;
      train();
    },
    pause() {
      isTraining = false;
      if (trainings > 0) give({ kind: "pause" });
      else listener.onNews({ kind: "paused", run, reason: "told" });
    },
    step() {
      if (worker === null) owedSteps++;
      else give({ kind: "step" });
    },
    close,
  };
}
