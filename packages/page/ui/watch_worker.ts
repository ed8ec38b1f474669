/** Notices a worker that has ended without a word, or hangs. */

/** Seconds on the screen without an answer, after which nothing more is expected. */
const patience = 20;

/** The same until the first word: its script may be long on its way. */
const patienceAtFirst = 180;

/**
 * How often as long as its longest silence so far a worker may be silent: some machines are slow.
 */
const slack = 5;

/** A watch over a worker. */
export interface Watch {
  /** It has said something. */
  heard(): void;
  stop(): void;
}

/**
 * Pings a worker every second. It counts seconds that it saw pass while the page was on the screen,
 * not the time: a page in the background, or a machine that slept, is no silent worker.
 *
 * @param ping asks for an answer, whatever the worker does
 * @param onSilence is called once, when none has come for long
 * @param second in milliseconds, for tests
 */
export function watchWorker(ping: () => void, onSilence: () => void, second = 1000): Watch {
  let silence = 0;
  let longest = 0;
  let hasSpoken = false;
  const timer = setInterval(() => {
    if (globalThis.document?.hidden) return;
    if (silence++ === 0) return ping();
    const limit = hasSpoken ? Math.max(patience, slack * longest) : patienceAtFirst;
    if (silence <= limit) return;
    clearInterval(timer);
    onSilence();
  }, second);
  return {
    heard() {
      if (hasSpoken) longest = Math.max(longest, silence);
      hasSpoken = true;
      silence = 0;
    },
    stop: () => clearInterval(timer),
  };
}
