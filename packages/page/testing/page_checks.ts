/** What the tests of the page share. */
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { News } from "../protocol.ts";
import { buildSite } from "../site.ts";
import type { TrainedStep } from "../training/pair.ts";
import { type Visit, visit, type VisitedPage } from "../visitor_browser.ts";

const site = await buildSite("https://example.org/docs/");

/** A browser without WebGPU: everything trains on the CPU. */
export function onCpu(use: (visit: Visit) => Promise<void>): () => Promise<void> {
  return () => visit(site, { hasWebGpu: false }, use);
}

/** Closes a page of which nothing went wrong and which asked its own folder alone. */
export async function close({ page, requests, complaints }: VisitedPage, { address }: Visit) {
  assert.deepEqual(complaints, []);
  assert.ok(requests.length >= 3, requests.join(" "));
  for (const request of requests) assert.ok(request.startsWith(address), request);
  await page.context().close();
}

/** What the address of a page says now; `page.url()` hears of a change a moment later. */
export async function addressOf(page: Page): Promise<URLSearchParams> {
  return new URLSearchParams(await page.evaluate(() => location.search));
}

/** The step that the page shows. */
export async function shownStep(page: Page): Promise<number> {
  return Number((await page.textContent("#count"))!.replace(/\D/g, ""));
}

/** Presses the button for one step, and waits for it. */
export async function stepOnce({ page, reach }: VisitedPage): Promise<void> {
  const before = await shownStep(page);
  await page.click("#step");
  await reach(before + 1);
}

/** News of one kind. */
export function newsOf<Kind extends News["kind"]>(news: readonly News[], kind: Kind) {
  return news.filter((one): one is News & { kind: Kind } => one.kind === kind);
}

/** The steps of the last run, as its worker told them. */
export async function trainedSteps(visited: VisitedPage): Promise<TrainedStep[]> {
  const { news } = await visited.messages();
  const trained = newsOf(news, "trained");
  const run = Math.max(...trained.map(({ run }) => run));
  return trained.filter((one) => one.run === run).flatMap(({ steps }) => steps);
}
