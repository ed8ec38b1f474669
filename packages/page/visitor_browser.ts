/** A visitor's browser on the page, for its tests and its pictures. */
import { launchChromium } from "@renorm/testing/browser";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { News, Order } from "./protocol.ts";
import { serveSite } from "./serve_site.ts";
import type { Site } from "./site.ts";

/** Where the site is served: not at the root, as on many hosts. */
const below = "/some/where/";

/** Milliseconds that anything may take. */
const patience = 90_000;

/** A browser with the site at hand. */
export interface Visit {
  readonly browser: Browser;
  /** Address of the page. */
  readonly address: string;
  /** Opens the page with a query, in a context of its own. */
  open(query: string, options?: BrowserContextOptions): Promise<VisitedPage>;
}

/** The page, and what went to and fro. */
export interface VisitedPage {
  readonly page: Page;
  /** Addresses of everything that was asked for. */
  readonly requests: readonly string[];
  /** What the browser complained of: errors, and what the page's policy forbade. */
  readonly complaints: readonly string[];
  /** Everything between the page and its workers so far, but for the images. */
  messages(): Promise<{ readonly orders: Order[]; readonly news: News[] }>;
  /** Waits until the page shows a step, or a later one. */
  reach(step: number): Promise<void>;
  /** Waits until the worker has told of a step in a run, whatever the page shows by then. */
  trained(step: number, run?: number): Promise<void>;
}

/** Serves a site and opens a browser; closes both whatever happens. */
export async function visit<Result>(
  site: Site,
  browserOptions: { readonly hasWebGpu: boolean },
  use: (visit: Visit) => Promise<Result>,
): Promise<Result> {
  const server = serveSite(site, 0, below);
  const browser = await launchChromium(browserOptions);
  const address = `http://127.0.0.1:${server.addr.port}${below}`;
  try {
    return await use({
      browser,
      address,
      async open(query, options = {}) {
        const context = await browser.newContext({ locale: "en-GB", ...options });
        context.setDefaultTimeout(patience);
        return await openPage(await context.newPage(), address + query);
      },
    });
  } finally {
    await browser.close();
    await server.shutdown();
  }
}

async function openPage(page: Page, address: string): Promise<VisitedPage> {
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  await page.addInitScript(listenToWorkers);
  await page.goto(address);
  await page.locator("#toggle:enabled").waitFor();
  return {
    page,
    requests,
    complaints,
    async messages() {
      return JSON.parse(await page.evaluate(() => (globalThis as unknown as Overheard).asJson()));
    },
    reach: (step) =>
      page.waitForFunction(
        (step) => Number(document.querySelector("#count")!.textContent!.replace(/\D/g, "")) >= step,
        step,
      ).then(() => {}),
    trained: (step, run = 0) =>
      page.waitForFunction(
        ([step, run]) =>
          (globalThis as unknown as Overheard).news.some((one) =>
            one.kind === "trained" && one.run >= run && one.steps.at(-1)!.step >= step
          ),
        [step, run],
      ).then(() => {}),
  };
}

/** What {@linkcode listenToWorkers} leaves in the page. */
interface Overheard {
  readonly news: readonly News[];
  asJson(): string;
}

/** Runs in the page before its own script: keeps a copy of every message. */
function listenToWorkers(): void {
  const orders: unknown[] = [];
  const news: unknown[] = [];
  globalThis.Worker = class extends Worker {
    constructor(script: string | URL, options?: WorkerOptions) {
      super(script, options);
      this.addEventListener("message", ({ data }) => {
        if (data.kind !== "opened") news.push(data);
      });
    }

    override postMessage(order: unknown): void {
      orders.push(order);
      super.postMessage(order);
    }
  };
  const plain = (_: string, value: unknown) =>
    ArrayBuffer.isView(value) ? Array.from(value as Float32Array) : value;
  Object.assign(globalThis, { news, asJson: () => JSON.stringify({ orders, news }, plain) });
}
