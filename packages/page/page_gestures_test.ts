import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { close, newsOf, onCpu } from "./testing/page_checks.ts";

/** Where the marks of a kind stand, in per cent of the width. */
async function places(page: Page, marks: string): Promise<number[]> {
  const found = await page.locator(`#one-channel ${marks}:not(.gone)`).all();
  return Promise.all(found.map(async (mark) => parseFloat((await mark.getAttribute("x"))!)));
}

async function assertAt(page: Page, marks: string, others: string): Promise<void> {
  const [at, expected] = [await places(page, marks), await places(page, others)];
  assert.ok(at.length >= 2);
  at.forEach((place, i) => assert.ok(Math.abs(place - expected[i]) < 1e-3, `${at} | ${expected}`));
}

/** Drags with the mouse from the middle of an element. */
async function drag(page: Page, from: Locator, ...by: readonly (readonly [number, number])[]) {
  await from.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await from.boundingBox())!;
  const middle = [x + width / 2, y + height / 2];
  await page.mouse.move(middle[0], middle[1]);
  await page.mouse.down();
  for (const [right, down] of by) await page.mouse.move(middle[0] + right, middle[1] + down);
  await page.mouse.up();
}

Deno.test("fingers and keys find out what r and d do, what company does, and how a drawing is read", (t) =>
  onCpu(async (visit) => {
    // Without a warm-up, so that batch renorm corrects from the first step.
    const visited = await visit.open("?warmup=0&rmax=10&dmax=10", { reducedMotion: "reduce" });
    const { page } = visited;
    const button = (name: string) => page.getByRole("button", { name, exact: true });

    await t.step("one channel: values, mean and deviation move, and the limits clip", async () => {
      const channel = page.locator("#one-channel");
      const gauge = (name: string) => channel.locator(`.correction.${name} .gauge`);
      const said = (name: string) => gauge(name).getAttribute("aria-label");
      const slider = (name: string) => channel.getByRole("slider", { name });
      await assertAt(page, ".output.batch-renorm", ".ring.batch-renorm");

      const value = slider("Value 1 of the batch");
      assert.equal(await value.getAttribute("aria-valuenow"), "0.50");
      await drag(page, value.locator("circle").last(), [30, 3], [60, 5]);
      assert.ok(Number(await value.getAttribute("aria-valuenow")) > 0.8);
      await value.press("Home");
      assert.match((await value.getAttribute("aria-valuetext"))!, /^−4\.00; batch norm −1\.\d\d, /);
      await value.press("PageUp");
      assert.equal(await value.getAttribute("aria-valuenow"), "-3.00");

      const [r, d] = [await said("r"), await said("d")];
      const mean = slider("Mean of the batch");
      for (let i = 0; i < 5; i++) await mean.press("ArrowRight");
      assert.equal(await said("r"), r);
      assert.notEqual(await said("d"), d);
      const moved = await said("d");
      await slider("Deviation of the batch").press("ArrowLeft");
      assert.equal(await said("d"), moved);
      assert.notEqual(await said("r"), r);

      await button("shut").click();
      await channel.getByText(/batch renorm is batch norm, dot for dot/).waitFor();
      await assertAt(page, ".output.batch-renorm", ".output.batch-norm");
      await channel.getByLabel("dmax").press("ArrowRight");
      await mean.press("End");
      assert.match(
        (await said("d"))!,
        /^d would be 2\.\d\d and is 0\.05; its limits are −0\.05 and/,
      );
      await channel.locator(".d .cut:not(.gone)").waitFor({ state: "attached" });
      await channel.getByText("Clipped: r, d.").waitFor();
      await button("wide").click();
      await assertAt(page, ".output.batch-renorm", ".ring.batch-renorm");

      const before = Number(await mean.getAttribute("aria-valuenow"));
      await button("Next batch").click();
      const walked = await channel.getByText("The running mean went").textContent();
      const to = Number(walked!.match(/mean went from 0\.00 to ([\d.]+)/)![1]);
      assert.ok(Math.abs(to - 0.1 * before) < 0.006, `${walked} toward ${before}`);
      await channel.getByLabel("Values", { exact: true }).press("End");
      assert.equal((await places(page, ".value")).length, 8);
    });

    await t.step(
      "company: batch norm's probabilities move with it, batch renorm's do not",
      async () => {
        const company = page.locator("#company");
        await company.getByText("The networks are loaded with the first step: press Start.")
          .waitFor();
        await page.click("#toggle");
        await visited.reach(25);
        await page.click("#toggle");
        await company.getByText(/As the networks read at step \d+/).waitFor();
        const verdict = company.getByRole("status");
        await button("several digits").click();
        await verdict.getByText(/^Batch norm .*; Batch renorm stays .* by 0% at most\)\.$/)
          .waitFor();
        const { answers } = newsOf((await visited.messages()).news, "answered")
          .findLast(({ reader }) => reader === "company")!;
        const [norm, renorm] = [0, 1].map((n) => {
          const [now, before] = answers.map((both) => both[n].trainingMode);
          return Math.max(...before.map((share, digit) => Math.abs(share - now[digit])));
        });
        assert.ok(norm > 1e-4 && renorm < 1e-6, `moved by ${norm} and ${renorm}`);
        for (let i = 0; i < 3; i++) await button("Put a 7 beside it").click();
        const beside = company.locator(".batch-of-one canvas");
        const names = () =>
          beside.evaluateAll((all) => all.map((canvas) => canvas.getAttribute("aria-label")));
        assert.deepEqual(await names(), ["0, read", ...Array(3).fill("7, beside it")]);
        await button("Read a 4").click();
        assert.deepEqual(await names(), ["4, read", ...Array(3).fill("4, beside it")]);
        // Another digit is compared with nothing.
        await company.locator(".before[height='0']").nth(19).waitFor({ state: "attached" });
      },
    );

    await t.step("a drawing: by keys and by hand it is read in both modes", async () => {
      const draw = page.locator("#draw");
      const ink = () =>
        draw.locator(".seen > canvas").evaluate((canvas) => {
          const copy = new OffscreenCanvas(8, 8).getContext("2d", { willReadFrequently: true })!;
          copy.drawImage(canvas as HTMLCanvasElement, 0, 0);
          const { data } = copy.getImageData(0, 0, 8, 8);
          return data.reduce((sum, byte, i) => i % 4 === 3 ? sum + byte / 255 : sum, 0);
        });
      await draw.getByText("Draw a digit from 0 to 9: with").waitFor();
      assert.equal(await ink(), 0);
      const pad = draw.getByRole("application");
      await pad.press(" ");
      for (let i = 0; i < 6; i++) await pad.press("ArrowDown");
      await draw.getByText("Pen down, column 8, row 14").waitFor();
      // A line of four dots, all the way down: eight pixels wide, each half full.
      assert.ok(Math.abs(await ink() - 8) < 0.5, `${await ink()}`);
      const verdict = draw.getByText(
        /^Batch norm reads \d among the batch and (\d) by itself; batch renorm (\d) and \2\.$/,
      );
      await verdict.waitFor();
      await drag(page, pad, [-60, -60], [-60, 60], [60, 60]);
      const both = await ink();
      assert.ok(both > 9, `${both}`);
      await page.getByRole("link", { name: "Türkçe" }).click();
      await page.getByRole("heading", { name: "Kendi rakamınızı çizin" }).waitFor();
      assert.equal(await ink(), both);
      assert.equal((await places(page, ".value")).length, 8);
      await button("Geri al").click();
      assert.ok(await ink() < both);
      await button("Temizle").click();
      await draw.getByText("0 ile 9 arasında bir rakam çizin").waitFor();
    });
    await close(visited, visit);
  })());
