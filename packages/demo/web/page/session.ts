/** The current run: its settings, how it stands, and what was measured of it. */
import type { Images, PauseReason } from "../protocol.ts";
import type { PageSettings } from "../settings.ts";
import type { BackendWish, RunningBackend } from "../training/backend_wish.ts";
import {
  backAt,
  emptyHistory,
  type History,
  lastStep,
  withMeasurement,
  withSteps,
} from "./history.ts";
import { type GoodNews, openTrainer, type Trainer } from "./trainer.ts";

/** How the run stands. */
export type Status =
  | { readonly kind: "loading" | "ready" | "running" | "reset" }
  | { readonly kind: "paused"; readonly reason: PauseReason }
  | { readonly kind: "rebuilding"; readonly step: number; readonly isForGood: boolean }
  | { readonly kind: "failed"; readonly reason: string };

/** What the session tells the page. */
export interface SessionListener {
  onStatus(status: Status): void;
  onBackend(backend: RunningBackend): void;
  onImages(images: Images): void;
  /** There are further steps. */
  onSteps(): void;
  /** There is another measurement, or none any more. */
  onMeasurement(): void;
}

/** The run, and what can be done with it. */
export interface Session {
  history(): History;
  images(): Images | null;
  step(): number;
  isTraining(): boolean;
  /** Starts, or pauses what runs. */
  toggle(): void;
  train(): void;
  trainOneStep(): void;
  /** Back to step 0 with the same settings. */
  reset(): void;
  /** Starts anew with other settings, and goes on if it ran. */
  change(settings: PageSettings): void;
  useBackend(backend: BackendWish): void;
}

/** Opens a run that waits for its start. */
export function openSession(
  script: URL,
  first: PageSettings,
  firstBackend: BackendWish,
  listener: SessionListener,
): Session {
  let history = emptyHistory;
  let images: Images | null = null;
  let settings = first;
  let backend = firstBackend;
  let isTraining = false;
  let status: Status = { kind: "loading" };

  const tell = (changed: Status) => {
    status = changed;
    listener.onStatus(status);
  };
  const hear = (news: GoodNews) => {
    switch (news.kind) {
      case "opened":
        images = news.images;
        listener.onImages(images);
        listener.onBackend(news.backend);
        // What is pressed from now on is done when the networks are there.
        if (status.kind === "loading") tell({ kind: "ready" });
        return;
      case "trained":
        history = withSteps(history, news.steps);
        return listener.onSteps();
      case "measured":
        history = withMeasurement(history, news.measurement);
        return listener.onMeasurement();
      case "paused":
        isTraining = false;
        return tell({ kind: "paused", reason: news.reason });
    }
  };
  const open = (): Trainer =>
    openTrainer(script, backend, settings, {
      onNews: hear,
      onRebuild(step, isForGood) {
        history = backAt(history, step);
        listener.onMeasurement();
        tell({ kind: "rebuilding", step, isForGood });
      },
      onFailure(reason) {
        isTraining = false;
        tell({ kind: "failed", reason });
      },
    });
  const start = (make: () => void, otherwise: Status) => {
    history = emptyHistory;
    make();
    if (isTraining) trainer.train();
    listener.onMeasurement();
    tell(isTraining ? { kind: "running" } : otherwise);
  };
  const reopen = () => start(() => trainer = open(), { kind: "loading" });
  /** Anew with the settings; with another worker where one has failed. */
  const rebuild = () =>
    status.kind === "failed" ? reopen() : start(() => trainer.build(settings), { kind: "reset" });
  const train = () => {
    isTraining = true;
    if (status.kind === "failed") return reopen();
    trainer.train();
    tell({ kind: "running" });
  };

  let trainer = open();
  return {
    history: () => history,
    images: () => images,
    step: () => lastStep(history),
    isTraining: () => isTraining,
    toggle() {
      if (!isTraining) return train();
      // The worker will say when it has paused; if it is lost before, it is paused as well.
      isTraining = false;
      trainer.pause();
    },
    train,
    trainOneStep() {
      if (status.kind === "failed") reopen();
      trainer.step();
    },
    reset() {
      isTraining = false;
      rebuild();
    },
    change(changed) {
      settings = changed;
      rebuild();
    },
    useBackend(wish) {
      backend = wish;
      trainer.close();
      reopen();
    },
  };
}
