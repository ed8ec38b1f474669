import assert from "node:assert/strict";
import axe from "axe-core";
import {
  addressOf,
  close,
  onCpu,
  shownStep,
  stepOnce,
  trainedSteps,
} from "./testing/page_checks.ts";

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
    await page.locator("#experiment:focus").waitFor();
    await page.keyboard.press("Tab");
    await page.locator("#toggle:focus").waitFor();
    await page.keyboard.press("Space");
    await reach(5);
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Start" }).waitFor();
    await close(visited, visit);
  }),
);

Deno.test(
  "who wants less motion sees a drawing every two seconds at most, and the last one always",
  onCpu(async (visit) => {
    const visited = await visit.open("", { reducedMotion: "reduce" });
    const { page, trained } = visited;
    // The page's time stands still from here, and the worker's goes on.
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    await page.evaluate(() => {
      const shown = (globalThis as unknown as { shown: string[] }).shown = [];
      const count = document.querySelector("#count")!;
      new MutationObserver(() => shown.push(count.textContent as never))
        .observe(count, { childList: true });
    });
    const shown = () => page.evaluate(() => (globalThis as unknown as { shown: string[] }).shown);
    await page.click("#toggle");
    await trained(50);
    assert.deepEqual(await shown(), []);
    await page.clock.runFor(1);
    assert.equal((await shown()).length, 1);
    // However far it was by then, there is more to draw.
    await trained(await shownStep(page) + 1);
    await page.clock.runFor(1998);
    assert.equal((await shown()).length, 1);
    await page.clock.runFor(1);
    assert.equal((await shown()).length, 2);
    await page.click("#toggle");
    await page.getByRole("button", { name: "Start" }).waitFor();
    const steps = await trainedSteps(visited);
    await page.clock.runFor(2000);
    assert.equal(await shownStep(page), steps.at(-1)!.step);
    await close(visited, visit);
  }),
);

Deno.test(
  "on paper there are all charts, though on the screen only those that were seen",
  onCpu(async (visit) => {
    const visited = await visit.open("");
    const { page } = visited;
    await stepOnce(visited);
    const drawn = page.locator("#channel-walk .area svg");
    assert.equal(await drawn.count(), 0);
    await page.pdf();
    assert.equal(await drawn.count(), 2);

    // What was set stands there, and nothing to set it with.
    await page.emulateMedia({ media: "print" });
    await page.locator("output", { hasText: "0.08" }).waitFor();
    assert.equal(
      await page.locator("button, input[type=range], .presets").filter({ visible: true }).count(),
      0,
    );
    await page.setViewportSize({ width: 700, height: 900 });
    const { x, width } = (await page.locator(".toolbar").boundingBox())!;
    assert.ok(x >= 0 && x + width <= 700, `from ${x} px, ${width} px wide`);
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
    await page.locator("#inside summary").click();
    await page.locator("#rmax").press("ArrowLeft");
    await page.locator("#channel").press("ArrowRight");
    const channel = await page.inputValue("#channel");
    await page.getByRole("button", { name: "Başlat" }).click();
    await turkish.reach(10);
    const [before] = page.workers();
    await page.getByRole("link", { name: "English" }).click();
    await page.getByRole("heading", { name: "What batch norm does" }).waitFor();
    assert.equal(await page.getAttribute("html", "lang"), "en");
    assert.equal((await addressOf(page)).get("rmax"), "2");
    // The run goes on, and what was open or chosen stays so.
    assert.ok(await shownStep(page) >= 10);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("Paused.", { exact: true }).waitFor();
    assert.deepEqual(page.workers(), [before]);
    assert.equal(await page.inputValue("#channel"), channel);
    assert.match(
      await page.locator("#accuracy .batch-norm .reading").innerText(),
      /in training/,
    );
    await page.goBack();
    await page.getByRole("heading", { name: "Nerede aksar" }).waitFor();
    assert.ok(await shownStep(page) >= 10);
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
      const warnings = await page.locator("header .warning").allTextContents();
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
  "at 200 % and 400 % zoom the button that pauses stays in sight, and so does the step",
  onCpu(async (visit) => {
    for (const [width, height] of [[640, 360], [320, 256]]) {
      const visited = await visit.open("", {
        viewport: { width, height },
        // Which scrolls at once.
        reducedMotion: "reduce",
      });
      const { page } = visited;
      await page.click("#toggle");
      for (const section of ["#accuracy", "#inside", ".further"]) {
        await page.locator(section).evaluate((one) => one.scrollIntoView());
        for (const part of ["#toggle", "#count"]) {
          const box = (await page.locator(part).boundingBox())!;
          assert.ok(box.y >= 0 && box.y + box.height <= height / 2, `${part} at ${box.y} px`);
          assert.ok(box.x >= 0 && box.x + box.width <= width, `${part} at ${box.x} px`);
        }
      }
      const toolbar = (await page.locator(".toolbar").boundingBox())!;
      assert.ok(toolbar.height <= height / 3, `${toolbar.height} px high`);
      await close(visited, visit);
    }
  }),
);
