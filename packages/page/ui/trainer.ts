/** The page's end of the training: a worker, and another one when that is lost. */
import type { News, Order, Reader } from "../protocol.ts";
import type { PageSettings } from "../settings.ts";
import type { BackendWish, RunningBackend } from "../training/backend_wish.ts";
import type { Answer } from "../training/answer.ts";
import type { Both, Snapshot } from "../training/pair.ts";
import { type Watch, watchWorker } from "./watch_worker.ts";

/** News of a run that goes as it should. */
export type GoodNews = Exclude<News, { kind: "lost" | "failed" | "alive" | "answered" }>;

/** Why a run goes on in another worker: the GPU was lost, or the worker ended without a word. */
export type LossCause = "gpu" | "worker";

/** Why training cannot go on; the reason is a file, how often, or the words of an error. */
export type FailureCause = "script" | "digits" | "silence" | "error";

/** What the trainer tells; the news of the run that is current, and what it does about a loss. */
export interface TrainerListener {
  onNews(news: GoodNews): void;
  /** A run goes on from a step; `isForGood` when it is on the CPU from now on. */
  onRebuild(step: number, isForGood: boolean, cause: LossCause): void;
  /** Training cannot go on; the trainer is closed. */
  onFailure(reason: string, cause: FailureCause): void;
}

/** Trains as it is told. */
export interface Trainer {
  /** Makes both networks anew, with other settings or the same; they wait for `train`. */
  build(settings: PageSettings): void;
  train(): void;
  pause(): void;
  step(): void;
  /** Has the first image of each batch read; a reader that asks again first is not answered. */
  read(reader: Reader, batches: readonly Float32Array[]): Promise<readonly Both<Answer>[]>;
  close(): void;
}

/** What a reader has asked, and whom it tells. */
interface Question {
  readonly order: Order & { readonly kind: "read" };
  answer(answers: readonly Both<Answer>[]): void;
}

/** Losses in a row, with nothing measured between, after which the CPU takes over. */
const mostLosses = 3;

/** Milliseconds that a browser gets to start its GPU process again, times the losses so far. */
const restAfterLoss = 400;

/**
 * Opens a worker that trains on the backend that is wished for.
 *
 * @param from where the first run goes on, if it is not new
 * @param second in milliseconds, for tests of what happens when a worker is silent
 */
export function openTrainer(
  script: URL,
  wish: BackendWish,
  first: PageSettings,
  listener: TrainerListener,
  from: Snapshot | null = null,
  second = 1000,
): Trainer {
  let backend = wish;
  /** What the worker runs on, as it told; null before. */
  let running: RunningBackend["name"] | null = null;
  let settings = first;
  let snapshot = from;
  let run = 0;
  let isTraining = false;
  /** Orders to train whose end has not been told. */
  let trainings = 0;
  /** Single steps that were asked for while there was no worker. */
  let owedSteps = 0;
  let losses = 0;
  let questions = 0;
  /** Of each reader what has not been answered. */
  const asked = new Map<Reader, Question>();
  let isClosed = false;
  /** Null between a loss and the next one. */
  let worker: Worker | null = null;
  let watch: Watch | null = null;

  const give = (order: Order) => worker?.postMessage(order);
  const build = (from: Snapshot | null) => {
    trainings = 0;
    give({ kind: "build", run: ++run, settings, from });
    // What others were asked, these answer.
    for (const { order } of asked.values()) give(order);
  };
  const train = () => {
    if (worker !== null) trainings++;
    give({ kind: "train" });
  };

  const open = () => {
    if (isClosed) return;
    const opened = worker = new Worker(script, { type: "module" });
    const watched = watch = watchWorker(() => give({ kind: "ping" }), lostInSilence, second);
    opened.onmessage = ({ data }: MessageEvent<News>) => {
      if (opened !== worker) return;
      watched.heard();
      if (data.kind !== "alive") hear(data);
    };
    opened.onerror = (event) => {
      event.preventDefault();
      if (opened !== worker) return;
      // A script that cannot be loaded has no error to tell of.
      if (event.message) lose(event.message);
      else fail(script.pathname, "script");
    };
    give({ kind: "open", backend });
    build(snapshot);
    if (isTraining) train();
    for (; owedSteps > 0; owedSteps--) give({ kind: "step" });
  };

  const hear = (news: Exclude<News, { kind: "alive" }>) => {
    if (news.kind === "lost") return lose(news.reason);
    if (news.kind === "failed") return fail(news.reason, "digits");
    if (news.kind === "opened") running = news.backend.name;
    if (news.kind !== "opened" && news.run !== run) return;
    if (news.kind === "answered") {
      const question = asked.get(news.reader);
      if (question?.order.question !== news.question) return;
      asked.delete(news.reader);
      return question.answer(news.answers);
    }
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
    watch?.stop();
    worker?.terminate();
    worker = null;
    trainings = 0;
  };

  const isOnCpu = () => backend === "cpu" || running === "cpu";

  const lose = (reason: string) => {
    // On the CPU another worker would come upon the same error.
    if (isOnCpu()) return fail(reason, "error");
    openAnother(running === "webgpu" ? "gpu" : "worker");
  };

  const lostInSilence = () => {
    if (isOnCpu() && losses + 1 >= mostLosses) return fail(`${losses + 1}`, "silence");
    openAnother("worker");
  };

  const openAnother = (cause: LossCause) => {
    dismiss();
    losses++;
    const isForGood = !isOnCpu() && losses >= mostLosses;
    if (isForGood) backend = "cpu";
    running = null;
    listener.onRebuild(snapshot?.step ?? 0, isForGood, cause);
    setTimeout(open, restAfterLoss * losses);
  };

  const close = () => {
    isClosed = true;
    dismiss();
  };

  const fail = (reason: string, cause: FailureCause) => {
    close();
    listener.onFailure(reason, cause);
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
    read: (reader, batches) =>
      new Promise((answer) => {
        const order = { kind: "read", reader, question: ++questions, batches } as const;
        asked.set(reader, { order, answer });
        give(order);
      }),
    close,
  };
}
