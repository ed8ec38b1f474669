import assert from "node:assert/strict";
import axe from "axe-core";
import type { Locator, Page } from "playwright-core";
import type { News } from "./protocol.ts";
import type { PageSettings } from "./settings.ts";
import { buildSite } from "./site.ts";
import type { TrainedStep } from "./training/pair.ts";
import { type Visit, visit, type VisitedPage } from "./visit.ts";

const site = await buildSite("https://example.org/docs/");

/** A browser without WebGPU: everything trains on the CPU. */
function onCpu(use: (visit: Visit) => Promise<void>): () => Promise<void> {
  return () => visit(site, { hasWebGpu: false }, use);
}

/** Closes a page of which nothing went wrong and which asked its own folder alone. */
async function close({ page, requests, complaints }: VisitedPage, { address }: Visit) {
  assert.deepEqual(complaints, []);
  assert.ok(requests.length >= 5, requests.join(" "));
  for (const request of requests) assert.ok(request.startsWith(address), request);
  await page.context().close();
}

function addressOf(page: Page): URLSearchParams {
  return new URL(page.url()).searchParams;
}

async function stepOnce({ page, reach }: VisitedPage): Promise<void> {
  const before = Number(await page.locator("#count").textContent());
  await page.click("#step");
  await reach(before + 1);
}

/** The steps of the last run, as its worker told them. */
async function trainedSteps(visited: VisitedPage): Promise<TrainedStep[]> {
  const { news } = await visited.messages();
  const trained = news.filter((one): one is News & { kind: "trained" } => one.kind === "trained");
  const run = Math.max(...trained.map(({ run }) => run));
  return trained.filter((one) => one.run === run).flatMap(({ steps }) => steps);
}

async function percent(of: Locator): Promise<number> {
  return parseInt((await of.textContent())!);
}

Deno.test(
  "start, pause, one step and reset do what they say, and batch renorm comes out ahead",
  onCpu(async (visit) => {
    const visited = await visit.open("");
    const { page, reach } = visited;
    const line = page.locator("#accuracy .batch-renorm .area svg path").last();
    await page.evaluate(() => {
      const shifts = (globalThis as unknown as { shifts: number[] }).shifts = [];
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          shifts.push((entry as unknown as { value: number }).value as never);
        }
      }).observe({ type: "layout-shift" });
    });
    assert.match(
      (await page.textContent("#backend-note"))!,
      /^Runs on the CPU, since the browser gives no/,
    );
    await page.click("#toggle");
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await reach(50);
    await page.locator("#accuracy").scrollIntoViewIfNeeded();
    const early = await line.getAttribute("d");
    await reach(100);
    const later = await line.getAttribute("d");
    assert.ok(early && later && later.length > early.length, "the line of the chart grows");
    await page.getByText(/Training, [\d.]+ steps a second/).waitFor();

    await reach(300);
    await page.click("#toggle");
    await page.getByRole("status").getByText(/^Paused\. Step \d+\. Read right in use: batch norm /)
      .waitFor();
    const [norm, renorm] = [".scores .batch-norm b", ".scores .batch-renorm b"];
    const ahead = await percent(page.locator(renorm)) - await percent(page.locator(norm));
    assert.ok(ahead >= 10, `batch renorm is ${ahead} points ahead in use`);
    const words = await page.textContent("#accuracy .batch-norm .reading");
    const [, inTraining, inUse] = words!.match(/: (\d+)% in training mode, (\d+)% in use\.$/)!;
    assert.ok(Number(inTraining) - Number(inUse) >= 30, words!);
    assert.match(
      (await page.getAttribute("#accuracy .batch-norm .area", "aria-label"))!,
      /^Digits read right, Batch norm\. Step \d+: /,
    );

    // Nothing moves but what is in the charts.
    const shifts = await page.evaluate(() =>
      (globalThis as unknown as { shifts: number[] }).shifts
    );
    assert.ok(shifts.reduce((sum, shift) => sum + shift, 0) < 0.02, `layout shifts ${shifts}`);

    const count = Number(await page.textContent("#count"));
    await stepOnce(visited);
    assert.equal(Number(await page.textContent("#count")), count + 1);
    await page.click("#reset");
    await page.getByText("Back at step 0.").first().waitFor();
    assert.equal(await page.textContent("#count"), "0");
    await close(visited, visit);
  }),
);

Deno.test(
  "every control sets the address and the run, and the run is another",
  onCpu(async (visit) => {
    const visited = await visit.open("?lang=en");
    const { page } = visited;
    await page.locator("summary", { hasText: "Settings" }).click();
    const losses = async (steps: number) => {
      for (let i = 0; i < steps; i++) await stepOnce(visited);
      return (await trainedSteps(visited)).map(({ losses }) => losses);
    };
    const byKey = (id: string) => () => page.locator(`#${id}`).press("ArrowRight");
    // The learning rate and the momentum show in the second step, which the order has as well.
    const changes: [keyof PageSettings, string, number, () => Promise<void>][] = [
      ["batchSize", "batch", 1, byKey("batchSize")],
      ["rmax", "rmax", 1, byKey("rmax")],
      ["dmax", "dmax", 1, byKey("dmax")],
      ["warmupSteps", "warmup", 1, byKey("warmupSteps")],
      ["drawing", "order", 2, () => page.getByLabel("at random").check()],
      ["learningRate", "rate", 2, byKey("learningRate")],
      ["momentum", "momentum", 2, byKey("momentum")],
      ["seed", "seed", 1, async () => {
        await page.fill("#seed", "7");
        await page.press("#seed", "Enter");
      }],
    ];
    const first = await losses(2);
    let before = first;
    for (const [name, inAddress, steps, change] of changes) {
      const told = addressOf(page).get(inAddress);
      await change();
      assert.notEqual(addressOf(page).get(inAddress), told, name);
      const after = await losses(steps);
      const last = Math.min(after.length, before.length) - 1;
      const [now, then] = [after[last][1], before[last][1]];
      assert.ok(Number.isFinite(now) && Number.isFinite(then), name);
      assert.notEqual(now, then, `${name} changes batch renorm's loss`);
      before = after;
      if (name === "batchSize") {
        assert.equal(await page.locator(".batch canvas:visible").count(), 6);
      }
    }
    await page.click("#defaults");
    assert.deepEqual(await losses(2), first, "the defaults give the first run again");

    const another = addressOf(page).get("seed");
    await page.getByRole("button", { name: "Another" }).click();
    assert.notEqual(addressOf(page).get("seed"), another);
    await page.selectOption("#backend", "cpu");
    assert.equal(addressOf(page).get("backend"), "cpu");
    await page.getByText("Runs on the CPU.", { exact: true }).waitFor();
    await close(visited, visit);
  }),
);

Deno.test(
  "a link that is copied opens the same settings, and the same run",
  onCpu(async (visit) => {
    const visited = await visit.open("?lang=en&batch=5&seed=11", {
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const { page } = visited;
    await page.locator("summary", { hasText: "Settings" }).click();
    await page.locator("#rmax").press("ArrowLeft");
    await stepOnce(visited);
    await page.click("#copy");
    await page.getByText("Link copied.").first().waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(
      new URL(link).search,
      "?batch=5&order=class&rate=0.08&momentum=0.01&rmax=2&dmax=5&warmup=200&seed=11&lang=en",
    );
    const expected = await trainedSteps(visited);

    const other = await visit.open(new URL(link).search);
    assert.equal(await other.page.locator("#batchSize").getAttribute("aria-valuetext"), "5");
    await stepOnce(other);
    assert.deepEqual(await trainedSteps(other), expected);
    await close(other, visit);
    await close(visited, visit);
  }),
);

Deno.test(
  "with the keyboard alone one skips to the experiment, starts and pauses it",
  onCpu(async (visit) => {
    const visited = await visit.open("", { reducedMotion: "reduce" });
    const { page, reach } = visited;
    await page.keyboard.press("Tab");
    assert.equal(
      await page.evaluate(() => document.activeElement!.textContent),
      "Skip to the experiment",
    );
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement!.id), "toggle");
    await page.keyboard.press("Space");
    await reach(25);
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Start" }).waitFor();
    // Less motion: at most a drawing every two seconds.
    const times = await page.evaluate(async () => {
      const times: number[] = [];
      new MutationObserver(() => times.push(performance.now()))
        .observe(document.querySelector("#count")!, { childList: true });
      document.querySelector<HTMLButtonElement>("#toggle")!.click();
      await new Promise((resolve) => setTimeout(resolve, 3500));
      document.querySelector<HTMLButtonElement>("#toggle")!.click();
      return times;
    });
    assert.ok(times.length >= 1 && times.length <= 3, `${times}`);
    await close(visited, visit);
  }),
);

Deno.test(
  "the page speaks the browser's language or the one it is asked for",
  onCpu(async (visit) => {
    const turkish = await visit.open("", { locale: "tr-TR" });
    const { page } = turkish;
    assert.equal(await page.getAttribute("html", "lang"), "tr");
    assert.equal(await page.title(), "Batch norm ile batch renorm yan yana");
    await stepOnce(turkish);
    await page.locator("#loss .batch-norm .reading", { hasText: /kullanımda 2,\d\d\.$/ }).waitFor();
    await page.locator("summary", { hasText: "Ayarlar" }).click();
    await page.locator("#rmax").press("ArrowLeft");
    await page.getByRole("link", { name: "English" }).click();
    await page.getByRole("heading", { name: "The experiment" }).waitFor();
    assert.equal(await page.getAttribute("html", "lang"), "en");
    assert.equal(addressOf(page).get("rmax"), "2");
    await close(turkish, visit);

    const english = await visit.open("?lang=en", { locale: "tr-TR" });
    assert.equal(await english.page.getAttribute("html", "lang"), "en");
    await close(english, visit);
  }),
);

Deno.test(
  "the page passes axe in light and dark, fits a phone, and names what its address says wrong",
  onCpu(async (visit) => {
    for (const colorScheme of ["light", "dark"] as const) {
      const visited = await visit.open("?lang=tr&batch=65&order=sideways", {
        colorScheme,
        viewport: { width: 360, height: 740 },
      });
      const { page } = visited;
      const warnings = await page.locator(".notices .warning").allTextContents();
      assert.match(warnings[0], /batch=65 .* 1 ile 64 arasında bir tam sayı/);
      assert.match(warnings[1], /order=sideways .* class, random/);
      await stepOnce(visited);
      for (const summary of await page.locator("summary").all()) await summary.click();
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 360, `${width} px wide`);
      await page.evaluate(axe.source);
      const violations = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
        const { violations } = await axe.run();
        return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html)}`);
      });
      assert.deepEqual(violations, []);
      await close(visited, visit);
    }
  }),
);

Deno.test(
  "what the page shows of a layer and channel is chosen, and settings to try start a run",
  onCpu(async (visit) => {
    const visited = await visit.open("");
    const { page, reach } = visited;
    await stepOnce(visited);
    const words = page.locator("#channel-walk .batch-norm .reading");
    const ofFirst = await words.textContent();
    await page.locator("#channel").press("ArrowRight");
    assert.notEqual(await words.textContent(), ofFirst);
    const r = page.locator("#r .batch-renorm .reading");
    await r.getByText(/middle 90 % from .* Limits 0\.98 to 1\.02, \d+% clipped\.$/).waitFor();
    const ofSecondLayer = await r.textContent();
    await page.selectOption("#layer", "1");
    assert.equal(await page.getAttribute("#channel", "max"), "16");
    assert.notEqual(await r.textContent(), ofSecondLayer);

    const pictures = page.locator("#misread .batch-norm canvas:visible");
    assert.equal(await pictures.count(), 24);
    assert.match((await pictures.first().getAttribute("aria-label"))!, /^\d read as \d$/);
    const ink = await pictures.first().evaluate((canvas) =>
      (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, 8, 8).data.filter((_, i) =>
        i % 4 === 3
      ).reduce((sum, alpha) => sum + alpha, 0)
    );
    assert.ok(ink > 64 * 10, `ink ${ink}`);

    await page.getByRole("link", { name: "Limits shut" }).click();
    assert.deepEqual([addressOf(page).get("rmax"), addressOf(page).get("dmax")], ["1", "0"]);
    await reach(25);
    await page.click("#toggle");
    for (const [a, b] of (await trainedSteps(visited)).map(({ losses }) => losses)) {
      assert.equal(a, b, "with its limits shut batch renorm is batch norm");
    }
    assert.equal(
      await page.getByRole("link", { name: "The guide" }).getAttribute("href"),
      "https://example.org/docs/guide.md",
    );
    const refused = await page.evaluate(() =>
      fetch("http://127.0.0.1:9/").then(() => "answered", (error) => String(error))
    );
    assert.match(refused, /Failed to fetch/);
    assert.match(visited.complaints.join(), /Content Security Policy/);
    await page.context().close();
  }),
);
