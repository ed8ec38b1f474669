import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { addressOf, close, onCpu, stepOnce, trainedSteps } from "./_page_checks_test.ts";

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
