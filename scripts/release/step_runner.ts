/** Runs the steps of a check one after the other and shows how far it is. */

/** A step. */
export interface Step {
  readonly name: string;
  /** The steps without which this one is not run. */
  readonly needs?: readonly string[];
  /** Does it; gives a few words on what was found. */
  run(): Promise<string>;
}

/** Where the steps are shown. */
export interface Screen {
  /** Whether a line can be written over. */
  readonly isTerminal: boolean;
  write(text: string): void;
}

/**
 * Runs all steps but those that need one which failed; gives the names of those that did not
 * succeed.
 */
export async function runSteps(steps: readonly Step[], screen: Screen): Promise<string[]> {
  const missed: string[] = [];
  const width = Math.max(...steps.map(({ name }) => name.length));
  for (const { name, needs = [], run } of steps) {
    const show = (result: string, words: string, started: number) => {
      const seconds = `${((performance.now() - started) / 1000).toFixed(1)} s`.padStart(8);
      screen.write(`${result.padEnd(8)}${name.padEnd(width)}${seconds}  ${words}`.trimEnd() + "\n");
    };
    const lacking = needs.find((other) => missed.includes(other));
    if (lacking !== undefined) {
      missed.push(name);
      screen.write(`not run ${name.padEnd(width)}          without ${lacking}\n`);
      continue;
    }
    const started = performance.now();
    if (screen.isTerminal) screen.write(`        ${name} ...`);
    try {
      const words = await run();
      if (screen.isTerminal) screen.write("\r\x1b[2K");
      show("ok", words, started);
    } catch (error) {
      if (screen.isTerminal) screen.write("\r\x1b[2K");
      missed.push(name);
      show("FAILED", "", started);
      screen.write(`${String((error as Error).message).replace(/^/gm, "        ")}\n`);
    }
  }
  return missed;
}
