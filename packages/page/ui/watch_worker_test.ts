import assert from "node:assert/strict";
import { type Watch, watchWorker } from "./watch_worker.ts";

/** Milliseconds of a second, which a test has no time for. */
const second = 2;

/** The seconds after which a worker is given up that answers each ping after so many. */
async function secondsUntilGivenUp(answersAfter: readonly number[], isHidden = () => false) {
  const document = Object.getOwnPropertyDescriptor(globalThis, "document");
  let seconds = 0;
  Object.defineProperty(globalThis, "document", {
    configurable: true,
    get: () => (seconds++, { hidden: isHidden() }),
  });
  const waits = [...answersAfter];
  let watch: Watch | null = null;
  try {
    return await new Promise<number>((resolve) => {
      const ping = () => {
        const due = waits.shift();
        if (due === undefined) return;
        const asked = seconds;
        const timer = setInterval(() => {
          if (seconds < asked + due) return;
          clearInterval(timer);
          watch!.heard();
        }, 0);
      };
      watch = watchWorker(ping, () => resolve(seconds), second);
    });
  } finally {
    watch!.stop();
    if (document) Object.defineProperty(globalThis, "document", document);
    else Reflect.deleteProperty(globalThis, "document");
  }
}

Deno.test("a worker that has answered is given up after twenty seconds of silence, a new one after minutes", async () => {
  const answered = await secondsUntilGivenUp([0, 0]);
  assert.ok(answered >= 20 && answered <= 26, `${answered} s`);
  const unheard = await secondsUntilGivenUp([]);
  assert.ok(unheard >= 180 && unheard <= 184, `${unheard} s`);
});

Deno.test("a slow worker has five times as long as it once took", async () => {
  const seconds = await secondsUntilGivenUp([0, 15]);
  assert.ok(seconds >= 15 + 5 * 14 && seconds <= 15 + 5 * 18 + 6, `${seconds} s`);
});

Deno.test("no second counts that passes while the page is not on the screen", async () => {
  let looks = 0;
  // Hidden for a thousand seconds in the middle of a silence.
  const seconds = await secondsUntilGivenUp([0], () => ++looks > 10 && looks <= 1010);
  assert.ok(seconds >= 1020 && seconds <= 1030, `${seconds} s`);
});
