/** Debian's WebKitGTK, over WebDriver, on a display of its own. */
import { asJson, type DrivenBrowser, keyActions, start } from "./driven_browser.ts";

/** A small browser that comes with the library. */
const browsers = ["4.1", "4.0", "6.0"].map((version) =>
  `/usr/lib/x86_64-linux-gnu/webkit2gtk-${version}/MiniBrowser`
);

/** Starts WebKit. */
export async function openWebKit(): Promise<DrivenBrowser> {
  const display = await start(
    "Xvfb",
    ["-displayfd", "1", "-screen", "0", "1280x900x24"],
    {},
    "stdout",
    /^(\d+)\n/,
  );
  const port = freePort();
  const driver = new Deno.Command("WebKitWebDriver", {
    args: [`--port=${port}`],
    env: { DISPLAY: `:${display.said}` },
    stdout: "null",
    stderr: "null",
  }).spawn();
  const ask = async (method: string, path: string, body?: object) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...body ? { body: JSON.stringify(body) } : {},
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${path}: ${value.message ?? value.error}`);
    return value;
  };
  const close = async () => {
    driver.kill();
    await driver.status;
    await display.stop();
  };
  try {
    await untilAnswered(() => ask("GET", "/status"));
    const binary = await firstFile(browsers);
    const { sessionId } = await ask("POST", "/session", {
      capabilities: {
        alwaysMatch: { "webkitgtk:browserOptions": { binary, args: ["--automation"] } },
      },
    });
    const session = `/session/${sessionId}`;
    await ask("POST", `${session}/timeouts`, { script: 60_000 });
    return {
      go: (url) => ask("POST", `${session}/url`, { url }),
      evaluate: async (expression) =>
        JSON.parse(
          await ask("POST", `${session}/execute/sync`, {
            script: `return ${asJson(expression)}`,
            args: [],
          }),
        ),
      press: (key) => ask("POST", `${session}/actions`, { actions: keyActions(key) }),
      async close() {
        await ask("DELETE", session);
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

async function untilAnswered(ask: () => Promise<unknown>): Promise<void> {
  for (let tries = 0;; tries++) {
    try {
      await ask();
      return;
    } catch (error) {
      if (tries === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function firstFile(paths: readonly string[]): Promise<string> {
  for (const path of paths) {
    if (await Deno.stat(path).then(() => true, () => false)) return path;
  }
  throw new Error(`WebKit expects one of ${paths.join(", ")}: got none`);
}
