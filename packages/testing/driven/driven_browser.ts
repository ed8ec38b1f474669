/** A browser that is driven as a visitor would, by keyboard, whatever protocol it speaks. */
export interface DrivenBrowser {
  go(address: string): Promise<void>;
  /** Runs an expression in the page; what it gives must be JSON. */
  evaluate<T>(expression: string): Promise<T>;
  /** Presses a key, by its name in `KeyboardEvent.key`, where the focus is. */
  press(key: string): Promise<void>;
  close(): Promise<void>;
}

/** What WebDriver calls the keys that have no character. */
const named: Readonly<Record<string, string>> = {
  Enter: "\uE007",
  ArrowLeft: "\uE012",
  ArrowUp: "\uE013",
  ArrowRight: "\uE014",
  ArrowDown: "\uE015",
};

/** A key that is pressed, as WebDriver and its bidirectional kind write it. */
export function keyActions(key: string) {
  const value = named[key] ?? key;
  const actions = [{ type: "keyDown", value }, { type: "keyUp", value }];
  return [{ type: "key", id: "keyboard", actions }];
}

/** An expression that gives another's value as text, since each protocol has its own for values. */
export function asJson(expression: string): string {
  return `(async () => JSON.stringify(await (${expression})) ?? "null")()`;
}

/** Starts a program, and gives what the first line that matches says. */
export async function start(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  output: "stdout" | "stderr",
  pattern: RegExp,
): Promise<{ readonly said: string; stop(): Promise<void> }> {
  const other = output === "stdout" ? "stderr" : "stdout";
  const command = new Deno.Command(program, {
    args: [...args],
    env: { ...env },
    ...{ [output]: "piped", [other]: "null" },
  });
  const process = command.spawn();
  const stop = async () => {
    try {
      process.kill();
    } catch {
      // It has ended by itself.
    }
    await process.status;
  };
  let heard = "";
  const reader = process[output].pipeThrough(new TextDecoderStream()).getReader();
  while (true) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`${program} expects to run: got ${heard.trim() || "nothing"}`);
    heard += value;
    const match = heard.match(pattern);
    if (match === null) continue;
    // A full pipe would stop it.
    (async () => {
      while (!(await reader.read()).done);
    })();
    return { said: match[1], stop };
  }
}
