/** The current run: its settings, how it stands, and what was measured of it. */
import type { Images, PauseReason, Reader } from "../protocol.ts";
import type { PageSettings } from "../settings.ts";
import type { BackendWish, RunningBackend } from "../training/backend_wish.ts";
import {
  backAt,
  divergedNetworks,
  emptyHistory,
  type History,
  lastStep,
  withMeasurement,
  withSteps,
} from "./history.ts";
import type { Answer } from "../training/answer.ts";
import type { Both, Snapshot } from "../training/pair.ts";
import {
  type FailureCause,
  type GoodNews,
  type LossCause,
  openTrainer,
  type Trainer,
} from "./trainer.ts";

/** How the run stands. */
export type Status =
  | { readonly kind: "loading" | "ready" | "running" | "reset" }
  | { readonly kind: "paused"; readonly reason: PauseReason }
  | {
    readonly kind: "rebuilding";
    readonly step: number;
    readonly isForGood: boolean;
    readonly cause: LossCause;
  }
  | { readonly kind: "failed"; readonly reason: string; readonly cause: FailureCause };

/** What the session tells the page. */
export interface SessionListener {
  onStatus(): void;
  /** There are further steps. */
  onSteps(): void;
  /** There is another measurement, or none any more. */
  onMeasurement(): void;
}

/** The run, and what can be done with it. */
export interface Session {
  history(): History;
  images(): Images | null;
  status(): Status;
  /** What the worker runs on; null while there is none. */
  backend(): RunningBackend | null;
  step(): number;
  isTraining(): boolean;
  /** Starts, or pauses what runs. */
  toggle(): void;
  /** Goes on; anew where a loss is no number. */
  train(): void;
  trainOneStep(): void;
  /** Back to step 0 with the same settings. */
  reset(): void;
  /** Starts anew with other settings, and goes on if it ran. */
  change(settings: PageSettings): void;
  useBackend(backend: BackendWish): void;
  /** Has the first image of each batch read; a reader that asks again first is not answered. */
  read(reader: Reader, batches: readonly Float32Array[]): Promise<readonly Both<Answer>[]>;
}

/** A run that waits for its start, with which its worker is loaded. */
export function openSession(
  script: URL,
  first: PageSettings,
  firstBackend: BackendWish,
  listener: SessionListener,
): Session {
  let history = emptyHistory;
  let images: Images | null = null;
  let snapshot: Snapshot | null = null;
  let settings = first;
  let wish = firstBackend;
  let backend: RunningBackend | null = null;
  let isTraining = false;
  /** A single step was asked for and has not been told. */
  let isStepping = false;
  let status: Status = { kind: "ready" };
  /** Null before the first start. */
  let trainer: Trainer | null = null;

  const tell = (changed: Status) => {
    status = changed;
    listener.onStatus();
  };
  const hear = (news: GoodNews) => {
    switch (news.kind) {
      case "opened":
        ({ images, backend } = news);
        return tell(
          status.kind === "loading" ? { kind: isTraining ? "running" : "ready" } : status,
        );
      case "trained":
        history = withSteps(history, news.steps);
        return listener.onSteps();
      case "measured":
        ({ snapshot } = news);
        history = withMeasurement(history, news.measurement);
        listener.onMeasurement();
        if (!isStepping || news.measurement.step === 0) return;
        isStepping = false;
        return tell({ kind: "paused", reason: isDiverged() ? "diverged" : "told" });
      case "paused":
        isTraining = false;
        return tell({ kind: "paused", reason: news.reason });
    }
  };
  const isDiverged = () => divergedNetworks(history).length > 0;
  const open = (): Trainer =>
    openTrainer(script, wish, settings, {
      onNews: hear,
      onRebuild(step, isForGood, cause) {
        history = backAt(history, step);
        backend = null;
        listener.onMeasurement();
        tell({ kind: "rebuilding", step, isForGood, cause });
      },
      onFailure(reason, cause) {
        isTraining = false;
        backend = null;
        tell({ kind: "failed", reason, cause });
      },
    }, snapshot);
  const begin = (from: Snapshot | null, make: () => Trainer | null, waiting: Status) => {
    snapshot = from;
    history = from === null ? emptyHistory : backAt(history, from.step);
    isStepping = false;
    trainer = make();
    if (isTraining) trainer?.train();
    listener.onMeasurement();
    tell(waiting);
  };
  /** Loads the worker, another one where there was one before. */
  const load = (from: Snapshot | null) => {
    backend = null;
    begin(from, open, { kind: "loading" });
  };
  /** Anew with the settings; what was never started needs no worker. */
  const rebuild = () => {
    if (trainer !== null && status.kind === "failed") return load(null);
    const build = () => {
      trainer?.build(settings);
      return trainer;
    };
    begin(null, build, { kind: isTraining ? "running" : trainer === null ? "ready" : "reset" });
  };
  /** Opens what is not open, and begins anew where a loss is no number; whether it did. */
  const openOrRebuild = () => {
    if (trainer === null || status.kind === "failed") load(snapshot);
    else if (isDiverged()) rebuild();
    else return false;
    return true;
  };
  const train = () => {
    isTraining = true;
    if (openOrRebuild()) return;
    trainer!.train();
    tell({ kind: "running" });
  };

  return {
    history: () => history,
    images: () => images,
    status: () => status,
    backend: () => backend,
    step: () => lastStep(history),
    isTraining: () => isTraining,
    toggle() {
      if (!isTraining) return train();
      // The worker will say when it has paused; if it is lost before, it is paused as well.
      isTraining = false;
      trainer?.pause();
    },
    train,
    trainOneStep() {
      openOrRebuild();
      isStepping = true;
      trainer!.step();
    },
    reset() {
      isTraining = false;
      rebuild();
    },
    change(changed) {
      settings = changed;
      rebuild();
    },
    useBackend(changed) {
      wish = changed;
      if (trainer === null) return;
      trainer.close();
      load(null);
    },
    read(reader, batches) {
      if (trainer === null) load(null);
      return trainer!.read(reader, batches);
    },
  };
}
