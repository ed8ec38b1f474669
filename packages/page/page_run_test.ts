import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import {
  addressOf,
  close,
  newsOf,
  onCpu,
  shownStep,
  stepOnce,
  trainedSteps,
} from "./testing/page_checks.ts";

async function percent(of: Locator): Promise<number> {
  return parseInt((await of.textContent())!);
}

/** The length of the line in batch renorm's first chart, once it is longer than it was. */
async function lineLongerThan(page: Page, length: number): Promise<number> {
  const longer = await page.waitForFunction((length) => {
    const [line] = [...document.querySelectorAll("#accuracy .batch-renorm .area path")].slice(-1);
    const now = line?.getAttribute("d")?.length ?? 0;
    return now > length ? now : null;
  }, length);
  return (await longer.jsonValue())!;
}

Deno.test(
  "start, pause, one step and reset do what they say, and batch renorm comes out ahead",
  onCpu(async (visit) => {
    const visited = await visit.open("");
    const { page, reach } = visited;
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
    await page.getByRole("button", { name: "Watch them learn" }).click();
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await page.locator("#experiment:focus").waitFor();
    // The charts are drawn where they are seen, and their lines grow.
    await lineLongerThan(page, await lineLongerThan(page, 0));
    await page.getByText(/Training, [\d.]+ steps a second; step 300 in about \d+ (sec|min)/)
      .waitFor();

    await reach(300);
    await page.click("#toggle");
    await page.getByRole("status").getByText(
      /^Paused\. Step [\d,]+\. Accuracy at inference: batch norm /,
    )
      .waitFor();
    const measured = newsOf((await visited.messages()).news, "measured");
    const at300 = measured.find(({ measurement }) => measurement.step === 300)!.measurement;
    const [norm, renorm] = at300.readings.map(({ evalMode }) => evalMode.accuracy);
    assert.ok(renorm - norm >= 0.1, `at inference ${norm} and ${renorm}`);
    const inTraining = at300.readings[0].trainingMode.accuracy;
    assert.ok(
      inTraining - norm >= 0.3,
      `batch norm ${inTraining} in training mode, ${norm} at inference`,
    );

    const { step, readings: [shown] } = measured.at(-1)!.measurement;
    const label = await page.getAttribute("#accuracy .batch-norm .area", "aria-label");
    const words = await page.textContent("#accuracy .batch-norm .reading");
    assert.equal(label, `Accuracy, Batch norm. ${words}`);
    const [, ...numbers] = words!.match(
      /^Step ([\d,]+): (\d+)% in training mode, (\d+)% at inference\.$/,
    )!;
    assert.equal(Number(numbers[0].replace(",", "")), step);
    const scores = [numbers[1], numbers[2], await percent(page.locator(".scores .batch-norm b"))];
    [shown.trainingMode, shown.evalMode, shown.evalMode].forEach(({ accuracy }, i) => {
      assert.ok(Math.abs(100 * accuracy - Number(scores[i])) <= 0.5 + 1e-9, words!);
    });

    // Nothing moves but what is in the charts.
    const shifts = await page.evaluate(() =>
      (globalThis as unknown as { shifts: number[] }).shifts
    );
    assert.ok(shifts.reduce((sum, shift) => sum + shift, 0) < 0.02, `layout shifts ${shifts}`);

    const count = await shownStep(page);
    await stepOnce(visited);
    assert.equal(await shownStep(page), count + 1);
    await page.click("#reset");
    await page.getByText("Back at step 0.").first().waitFor();
    assert.equal(await page.textContent("#count"), "0");
    await stepOnce(visited);
    await page.locator("#status", { hasText: /^Paused\.$/ }).waitFor();
    await close(visited, visit);
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
    await r.getByText(/middle 90% from .* Limits 0\.99 to 1\.01, \d+% clipped\.$/).waitFor();
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
    const followed = await addressOf(page);
    assert.deepEqual([followed.get("rmax"), followed.get("dmax")], ["1", "0"]);
    await reach(25);
    await page.click("#toggle");
    for (const [a, b] of (await trainedSteps(visited)).map(({ losses }) => losses)) {
      assert.equal(a, b, "with its limits shut batch renorm is batch norm");
    }
    assert.equal(
      await page.getByRole("link", { name: "The guide" }).getAttribute("href"),
      "https://example.org/docs/guide.md",
    );
    await page.goBack();
    await page.locator('#rmax[aria-valuetext="3"]').waitFor({ state: "attached" });
    assert.deepEqual((await addressOf(page)).get("rmax"), "3");
    await close(visited, visit);
  }),
);

Deno.test(
  "neither the page nor its worker can ask another host",
  onCpu(async (visit) => {
    const { page } = await visit.open("");
    const asked: string[] = [];
    await using other = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
      asked.push(request.url);
      return new Response("", { headers: { "access-control-allow-origin": "*" } });
    });
    const ask = (address: string) =>
      fetch(address).then(() => "answered", (error) => String(error));
    const address = `http://127.0.0.1:${other.addr.port}/`;
    const [worker] = page.workers();
    assert.equal(await page.evaluate(ask, address), "TypeError: Failed to fetch");
    assert.equal(await worker.evaluate(ask, address), "TypeError: Failed to fetch");
    assert.deepEqual(asked, []);
    await page.context().close();
  }),
);

Deno.test(
  "without its digits or its worker the page says what is missing, and begins once it is there",
  onCpu(async (visit) => {
    const { page, reach, messages } = await visit.open("");
    await page.locator("summary", { hasText: "Settings" }).click();
    const refuse = async (file: string, backend: string, reason: RegExp) => {
      await page.route(`**/${file}`, (route) => route.fulfill({ status: 404 }));
      // Which opens another worker.
      await page.selectOption("#backend", backend);
      await page.getByRole("status").getByText(reason).waitFor();
      await page.unroute(`**/${file}`);
    };
    const noWorker = /^Training has failed; Start tries again\. .*worker\.js cannot be loaded\.$/;
    const noDigits = /^Training has failed; .* The digits cannot be loaded: digits\.csv\.gz\.$/;
    await refuse("worker.js", "cpu", noWorker);
    await page.click("#toggle");
    await reach(1);
    await refuse("digits.csv.gz", "auto", noDigits);
    await page.click("#step");
    await reach(1);
    assert.equal(await shownStep(page), 1);
    await refuse("digits.csv.gz", "cpu", noDigits);
    await page.getByRole("link", { name: "Limits shut" }).click();
    await reach(1);
    const { orders } = await messages();
    assert.equal(orders.filter(({ kind }) => kind === "open").length, 7, "one worker a try");
    await page.context().close();
  }),
);
