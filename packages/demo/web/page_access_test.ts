import assert from "node:assert/strict";
import axe from "axe-core";
import { addressOf, close, onCpu, stepOnce } from "./_page_checks_test.ts";

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
