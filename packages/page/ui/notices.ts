/** What the page says in words about its run: on the screen, and now and then aloud. */
import type { Ignored } from "../address.ts";
import type { Formats } from "../texts/formats.ts";
import type { Texts } from "../texts/en.ts";
import { pauseEvery } from "../settings.ts";
import { element, setText } from "./element.ts";
import { divergedNetworks } from "./history.ts";
import type { Session } from "./session.ts";
import { inWords } from "./verdict.ts";
import type { ViewContext } from "./view.ts";

/** The notices. */
export interface Notices {
  readonly root: HTMLElement;
  /** Says how the session stands. */
  showStatus(): void;
  /** Says something aloud that is not on the screen elsewhere, and shows it. */
  say(text: string): void;
  /** Says how far the run is. */
  update(): void;
}

/** Milliseconds between two sentences for those who listen. */
const spokenEvery = 20_000;

/** Milliseconds over which the speed is counted. */
const speedSpan = 1500;

/** Steps by which the gap shows, and by which it is wide. */
const milestones = [300, 900];

/** Makes the notices. */
export function makeNotices({ texts, formats, settings }: ViewContext, session: Session): Notices {
  const backendLine = element("p", { id: "backend-note" });
  const statusLine = element("p", { id: "status" });
  const aloud = element("p", { class: "visually-hidden", role: "status" });
  const root = element(
    "div",
    { class: "notices" },
    statusLine,
    backendLine,
    aloud,
  );
  const speed = countSpeed();
  let spokenAt = 0;

  const say = (text: string) => {
    setText(statusLine, text);
    setText(aloud, text);
  };
  const verdicts = () => {
    const point = session.history().points.at(-1)!;
    const said = texts.norms.map((norm, n) =>
      `${norm}: ${inWords(texts, formats, point, n as 0 | 1, settings().momentum)}`
    );
    return [texts.status.step(formats.integer(session.step())), ...said].join(" ");
  };
  const running = (stepsASecond: number) => {
    const step = session.step();
    const next = milestones.find((one) => one > step) ??
      pauseEvery * (Math.floor(step / pauseEvery) + 1);
    return texts.status.running(
      formats.rough(stepsASecond),
      formats.integer(next),
      formats.duration((next - step) / stepsASecond),
    );
  };
  return {
    root,
    say,
    showStatus() {
      speed.restart();
      spokenAt = performance.now();
      setText(backendLine, backendInWords(texts, session));
      statusLine.classList.toggle("warning", isWarning(session));
      const text = statusInWords(texts, formats, session);
      setText(statusLine, text);
      const isKnown = session.status().kind === "paused" && session.history().points.length > 0;
      setText(aloud, isKnown ? `${text} ${verdicts()}` : text);
    },
    update() {
      if (!session.isTraining() || session.history().points.length === 0) return;
      const stepsASecond = speed.count(session.step(), speedSpan);
      if (stepsASecond !== null) {
        statusLine.classList.remove("warning");
        setText(statusLine, running(stepsASecond));
      }
      if (performance.now() < spokenAt + spokenEvery) return;
      spokenAt = performance.now();
      setText(aloud, verdicts());
    },
  };
}

function isWarning(session: Session): boolean {
  const status = session.status();
  return status.kind === "failed" || status.kind === "rebuilding" ||
    status.kind === "paused" && status.reason === "diverged";
}

function backendInWords({ backend: { webgpu, cpu, reasons } }: Texts, session: Session): string {
  const running = session.backend();
  if (running === null) return "";
  const { name, adapter, reason } = running;
  return name === "webgpu" ? webgpu(adapter) : reason ? reasons[reason] : cpu;
}

function statusInWords(texts: Texts, formats: Formats, session: Session): string {
  const words = texts.status;
  const status = session.status();
  switch (status.kind) {
    case "loading":
      return words.loading;
    case "ready":
      return words.ready;
    case "running":
      return words.started;
    case "reset":
      return words.reset;
    case "paused": {
      const step = formats.integer(session.step());
      if (status.reason === "told") return words.paused;
      if (status.reason === "long") return words.long(step);
      const networks = divergedNetworks(session.history()).map((network) => texts.norms[network]);
      return words.diverged(networks.join(", "), step);
    }
    case "rebuilding": {
      const said = status.isForGood ? words.rebuiltOnCpu : words.rebuilt;
      return said[status.cause](formats.integer(status.step));
    }
    case "failed":
      return words.failed(words.failures[status.cause](status.reason));
  }
}

/** What an address says wrong; it stands where it is seen first. */
export function addressNotices(texts: Texts, ignored: readonly Ignored[]): HTMLElement {
  const warnings = ignored.map((part) =>
    element("p", { class: "warning" }, sayIgnored(texts, part))
  );
  return element("div", { class: "notices", role: "status" }, ...warnings);
}

function sayIgnored({ settings }: Texts, { name, value, wanted }: Ignored): string {
  const { ignored, unknown, again, wanted: words } = settings;
  const [shownName, shownValue] = [name, value].map(shorten);
  switch (wanted.kind) {
    case "name":
      return unknown(shownName, shownValue, wanted.names.join(", "));
    case "once":
      return again(name, shownValue);
    case "run":
      return ignored(name, shownValue, words.run);
    case "one of":
      return ignored(name, shownValue, words.oneOf(wanted.names.join(", ")));
    default: {
      // As an address writes numbers, whatever the language.
      const range = words[wanted.kind](String(wanted.least), String(wanted.most));
      return ignored(name, shownValue, wanted.orZero ? words.orZero(range) : range);
    }
  }
}

/** Anything may stand in an address. */
function shorten(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 40)}…`;
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
