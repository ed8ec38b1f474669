/** Debian's Firefox, over WebDriver BiDi. */
import { asJson, type DrivenBrowser, keyActions, start } from "./driven_browser.ts";

/** Starts Firefox without a window. */
export async function openFirefox(): Promise<DrivenBrowser> {
  const profile = await Deno.makeTempDir();
  const firefox = await start(
    "firefox-esr",
    ["--headless", "--remote-debugging-port", "0", "--profile", profile, "about:blank"],
    { HOME: profile },
    "stderr",
    /WebDriver BiDi listening on (ws:\S+)/,
  );
  const socket = new WebSocket(`${firefox.said}/session`);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error(`no connection to ${firefox.said}`));
  });
  const waiting = new Map<number, (answer: Answer) => void>();
  socket.onmessage = ({ data }) => {
    const answer: Answer = JSON.parse(data);
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  };
  let last = 0;
  const send = async (method: string, params: object): Promise<Result> => {
    const id = ++last;
    socket.send(JSON.stringify({ id, method, params }));
    const answer = await new Promise<Answer>((resolve) => waiting.set(id, resolve));
    if (answer.type === "error") throw new Error(`${method}: ${answer.message}`);
    return answer.result;
  };
  await send("session.new", { capabilities: {} });
  // In the first window the focus is in the address bar.
  const { context } = await send("browsingContext.create", { type: "window" });
  return {
    go: async (url) => {
      await send("browsingContext.navigate", { context, url, wait: "complete" });
    },
    async evaluate(expression) {
      const { result, exceptionDetails } = await send("script.evaluate", {
        expression: asJson(expression),
        target: { context },
        awaitPromise: true,
      });
      if (!result) throw new Error(exceptionDetails!.text);
      return JSON.parse(result.value);
    },
    press: async (key) => {
      await send("input.performActions", { context, actions: keyActions(key) });
    },
    async close() {
      socket.close();
      await firefox.stop();
      await Deno.remove(profile, { recursive: true });
    },
  };
}

interface Answer {
  readonly id: number;
  readonly type: "success" | "error";
  readonly message?: string;
  readonly result: Result;
}

/** Of the commands that are used here. */
interface Result {
  readonly context?: string;
  readonly result?: { readonly value: string };
  readonly exceptionDetails?: { readonly text: string };
}
