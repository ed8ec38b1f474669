/** Every control of the page used while it trains, each by its keys. */
import type { DrivenBrowser } from "@renorm/testing/driven/browsers";

/** Keys, each with where it is pressed, and what becomes of the run. */
interface Use {
  readonly name: string;
  readonly presses: readonly (readonly [at: string, key: string])[];
  readonly then: "trains anew" | "goes on" | "stops";
}

const sliders = ["batchSize", "learningRate", "momentum", "rmax", "dmax", "warmupSteps"];
const settingsToTry = [1, 2, 3, 4, 5, 6];

const start = ["#toggle", " "] as const;

const uses: readonly Use[] = [
  ...sliders.map((id) => use(id, "trains anew", [`#${id}`, "ArrowRight"])),
  use("order", "trains anew", ["#order", "ArrowDown"]),
  use("seed", "trains anew", ["#seed", "7"], ["#seed", "Enter"]),
  use("another seed", "trains anew", ["#another", " "]),
  ...settingsToTry.map((i) =>
    use(`setting to try ${i}`, "trains anew", [`.presets a:nth-child(${i})`, "Enter"])
  ),
  use("compute on", "trains anew", ["#backend", "ArrowDown"], ["#backend", "ArrowDown"]),
  use("reset and start", "trains anew", ["#reset", " "], start),
  use("one value by hand", "goes on", ["#one-channel .value", "ArrowRight"]),
  use("next batch", "goes on", ["#one-channel .step button", " "]),
  use("other company", "goes on", ["#company .thumbnails > button:last-child", " "]),
  use("a neighbour", "goes on", ["#company .thumbnails:last-child .thumbnail", " "]),
  use("pad", "goes on", ["#draw .pad", " "], ["#draw .pad", "ArrowDown"]),
  use("clear", "goes on", ["#draw .buttons button:last-child", " "]),
  use("inside a layer", "goes on", ["#inside summary", " "]),
  use("layer", "goes on", ["#layer", "ArrowUp"]),
  use("channel", "goes on", ["#channel", "ArrowRight"]),
  use("loss and numbers", "goes on", ["#losses summary", " "]),
  use("a value of one channel", "goes on", ["#one-channel [role=slider]", "ArrowRight"]),
  use("next batch", "goes on", ["#one-channel .primary", " "]),
  use("other company", "goes on", ["#company button:not(.thumbnail)", " "]),
  use("own digit", "goes on", ["#draw .pad", " "], ["#draw .pad", "ArrowDown"]),
  use("language", "goes on", [".language", "Enter"]),
  use("language again", "goes on", [".language", "Enter"]),
  use("link", "goes on", ["#copy", " "]),
  use("pause and start", "goes on", start, start),
  use("pause", "stops", start),
  use("reset", "stops", ["#reset", " "]),
];

function use(name: string, then: Use["then"], ...presses: Use["presses"]): Use {
  return { name, presses, then };
}

/** Steps after which a run is said to train. */
const someSteps = 8;

/** Milliseconds that anything may take. */
const patience = 60_000;

/**
 * Uses every control in turn while the page trains.
 *
 * @param tell is told of each, as it is done
 * @throws {Error} when the page does other than it should, with what it shows
 */
export async function useEveryControl(
  browser: DrivenBrowser,
  address: string,
  tell: (line: string) => void = () => {},
): Promise<void> {
  const { evaluate } = browser;
  const shown = () =>
    evaluate<Shown>(`({
      step: Number(document.querySelector("#count")?.textContent.replace(/\\D/g, "")),
      runs: globalThis.runs,
      status: document.querySelector("#status")?.textContent ?? "",
      isTraining: ["Pause", "Duraklat"].includes(document.querySelector("#toggle")?.textContent),
      isReady: document.querySelector("#toggle") !== null,
      faults: globalThis.faults ?? [],
    })`);
  const until = async (what: string, holds: (now: Shown) => boolean): Promise<Shown> => {
    const began = performance.now();
    while (true) {
      const now = await shown();
      if (holds(now)) return now;
      if (performance.now() - began > patience) {
        throw new Error(`${what}: got ${JSON.stringify(now)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const press = async (at: string, key: string) => {
    await evaluate(`(() => {
      const found = document.querySelector(${JSON.stringify(at)});
      found.focus();
      // What is typed takes the place of what is there.
      found.select?.();
    })()`);
    await browser.press(key);
  };
  const trains = (now: Shown) => now.isTraining && now.step >= someSteps;

  await browser.go(address);
  await evaluate(`(() => {
    Object.assign(globalThis, { faults: [], runs: 0 });
    // Whoever looks seldom would not see a count that has gone back.
    let last = 0;
    new MutationObserver(() => {
      const now = Number(document.querySelector("#count").textContent.replace(/\\D/g, ""));
      if (now < last) runs++;
      last = now;
    }).observe(document.body, { childList: true, subtree: true });
    addEventListener("error", ({ message }) => faults.push(message));
    addEventListener("unhandledrejection", ({ reason }) => faults.push(String(reason)));
  })()`);
  await until("the page expects its script to run", ({ isReady }) => isReady);
  await press(...start);
  for (const { name, presses, then } of uses) {
    const { step, runs } = await until(`before ${name} the page expects to train`, trains);
    const began = performance.now();
    for (const one of presses) await press(...one);
    if (then === "trains anew") {
      await until(`${name} expects a new run`, (now) => now.runs > runs);
      await until(`${name} expects the new run to train`, trains);
    } else if (then === "goes on") {
      const now = await until(`${name} expects to go on`, (now) => now.step > step + 1);
      if (!now.isTraining) throw new Error(`${name} expects to go on: got ${now.status}`);
    } else {
      const { step } = await until(`${name} expects an end`, (now) => !now.isTraining);
      await new Promise((resolve) => setTimeout(resolve, 1000));
      const after = await shown();
      if (after.step > step + 1 || name === "reset" && after.step > 0) {
        throw new Error(`${name} expects no step after ${step}: got ${after.step}`);
      }
      await press(...start);
    }
    tell(`${name}, ${then}: ${Math.round(performance.now() - began)} ms`);
  }
  const { faults } = await until("the page expects to train at last", trains);
  if (faults.length > 0) throw new Error(`the page expects no error: got ${faults.join("; ")}`);
}

/** What the page shows. */
interface Shown {
  readonly step: number;
  /** How often the steps have begun anew. */
  readonly runs: number;
  readonly status: string;
  readonly isTraining: boolean;
  readonly isReady: boolean;
  readonly faults: readonly string[];
}
