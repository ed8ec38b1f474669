/** The page's end of the training: a worker, and another one when that is lost. */
import type { News, Order } from "../protocol.ts";
import type { PageSettings } from "../settings.ts";
import type { BackendWish } from "../training/backend_wish.ts";
import type { Snapshot } from "../training/pair.ts";

/** What the trainer tells; the news of the run that is current, and what it does about a loss. */
export interface TrainerListener {
  onNews(news: Exclude<News, { kind: "lost" }>): void;
  /** A run goes on from a step; `isForGood` when it is on the CPU from now on. */
  onRebuild(step: number, isForGood: boolean): void;
  /** Training cannot go on. */
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
  let losses = 0;
  let isClosed = false;
  let worker: Worker;

  const give = (order: Order) => worker.postMessage(order);
  const build = (from: Snapshot | null) => give({ kind: "build", run: ++run, settings, from });

  const open = () => {
    if (isClosed) return;
    const opened = worker = new Worker(script, { type: "module" });
    opened.onmessage = ({ data }: MessageEvent<News>) => {
      if (opened === worker) hear(data);
    };
    opened.onerror = (event) => {
      event.preventDefault();
      if (opened === worker) lose(event.message);
    };
    give({ kind: "open", backend });
    build(snapshot);
    if (isTraining) give({ kind: "train" });
  };

  const hear = (news: News) => {
    if (news.kind === "lost") return lose(news.reason);
    if (news.kind !== "opened" && news.run !== run) return;
    if (news.kind === "measured") {
      snapshot = news.snapshot;
      if (news.measurement.step > 0) losses = 0;
    }
    if (news.kind === "paused") isTraining = false;
    listener.onNews(news);
  };

  const lose = (reason: string) => {
    worker.terminate();
    losses++;
    if (backend === "cpu") return listener.onFailure(reason);
    const isForGood = losses >= mostLosses;
    if (isForGood) backend = "cpu";
    listener.onRebuild(snapshot?.step ?? 0, isForGood);
    setTimeout(open, restAfterLoss * losses);
  };

  open();
  return {
    build(changed) {
      settings = changed;
      snapshot = null;
      isTraining = false;
      build(null);
    },
    train() {
      isTraining = true;
      give({ kind: "train" });
    },
    pause() {
      isTraining = false;
      give({ kind: "pause" });
    },
    step: () => give({ kind: "step" }),
    close() {
      isClosed = true;
      worker.terminate();
    },
  };
}
