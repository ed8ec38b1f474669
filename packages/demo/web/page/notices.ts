/** What the page says in words about its run: on the screen, and now and then aloud. */
import type { Ignored } from "../address.ts";
import type { Formats } from "../texts/formats.ts";
import type { Texts } from "../texts/en.ts";
import type { RunningBackend } from "../training/backend_wish.ts";
import { element, setText } from "./element.ts";
import type { Session, Status } from "./session.ts";

/** The notices. */
export interface Notices {
  readonly root: HTMLElement;
  showStatus(status: Status): void;
  showBackend(backend: RunningBackend): void;
  /** Says something aloud that is not on the screen elsewhere, and shows it. */
  say(text: string): void;
  /** Says how far the run is. */
  update(): void;
}

/** Milliseconds between two sentences for those who listen. */
const spokenEvery = 20_000;

/** Milliseconds over which the speed is counted. */
const speedSpan = 1500;

/** Makes the notices, with what the address says wrong. */
export function makeNotices(
  texts: Texts,
  formats: Formats,
  session: Session,
  ignored: readonly Ignored[],
): Notices {
  const backendLine = element("p", { id: "backend-note" }, texts.status.loading);
  const statusLine = element("p", { id: "status" });
  const aloud = element("p", { class: "visually-hidden", role: "status" });
  const root = element(
    "div",
    { class: "notices" },
    ...ignored.map((part) => element("p", { class: "warning" }, sayIgnored(texts, part))),
    element("div", { class: "lines" }, backendLine, statusLine),
    aloud,
  );
  const speed = countSpeed();
  let spokenAt = 0;

  const say = (text: string) => {
    setText(statusLine, text);
    setText(aloud, text);
  };
  const scores = () => {
    const [norm, renorm] = session.history().latest!.readings.map(({ evalMode }) =>
      formats.percent(evalMode.accuracy)
    );
    return texts.status.spoken(formats.integer(session.step()), norm, renorm);
  };
  return {
    root,
    say,
    showStatus(status) {
      speed.restart();
      spokenAt = performance.now();
      statusLine.classList.toggle("warning", isWarning(status));
      const text = inWords(texts, formats, status, session.step());
      setText(statusLine, text);
      const isKnown = status.kind === "paused" && session.history().latest !== null;
      setText(aloud, isKnown ? `${text} ${scores()}` : text);
    },
    showBackend({ name, adapter, reason }) {
      const { webgpu, cpu, reasons } = texts.backend;
      setText(backendLine, name === "webgpu" ? webgpu(adapter) : reason ? reasons[reason] : cpu);
    },
    update() {
      const { latest } = session.history();
      if (!session.isTraining() || latest === null) return;
      const stepsASecond = speed.count(session.step(), speedSpan);
      if (stepsASecond !== null) {
        statusLine.classList.remove("warning");
        setText(statusLine, texts.status.running(formats.rough(stepsASecond)));
      }
      if (performance.now() < spokenAt + spokenEvery) return;
      spokenAt = performance.now();
      setText(aloud, scores());
    },
  };
}

function isWarning(status: Status): boolean {
  return status.kind === "failed" || status.kind === "rebuilding" ||
    status.kind === "paused" && status.reason === "diverged";
}

function inWords(texts: Texts, formats: Formats, status: Status, step: number): string {
  const words = texts.status;
  const steps = formats.integer(step);
  switch (status.kind) {
    case "loading":
      return words.loading;
    case "ready":
      return words.ready;
    case "running":
      return words.started;
    case "reset":
      return words.reset;
    case "paused":
      return { told: words.paused, long: words.long(steps), diverged: words.diverged(steps) }[
        status.reason
      ];
    case "rebuilding": {
      const from = formats.integer(status.step);
      return status.isForGood ? words.lostForGood(from) : words.lost(from);
    }
    case "failed":
      return words.failed(status.reason);
  }
}

function sayIgnored({ settings }: Texts, { name, value, wanted }: Ignored): string {
  return settings.ignored(
    name,
    value,
    wanted.kind === "one of"
      ? settings.wanted.oneOf(wanted.names.join(", "))
      // As an address writes numbers, whatever the language.
      : settings.wanted[wanted.kind](String(wanted.least), String(wanted.most)),
  );
}

/** Counts steps a second over the last while; null until there was one. */
function countSpeed() {
  let since: { time: number; step: number } | null = null;
  return {
    restart: () => since = null,
    count(step: number, span: number): number | null {
      const time = performance.now();
      since ??= { time, step };
      if (time - since.time < span) return null;
      const speed = 1000 * (step - since.step) / (time - since.time);
      since = { time, step };
      return speed;
    },
  };
}
