import assert from "node:assert/strict";
import type { PageSettings } from "./settings.ts";
import { addressOf, close, onCpu, stepOnce, trainedSteps } from "./testing/page_checks.ts";

Deno.test(
  "every control sets the address and the run, and the run is another",
  onCpu(async (visit) => {
    const visited = await visit.open("?lang=en");
    const { page, trained } = visited;
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
      ["drawing", "order", 2, async () => {
        await page.selectOption("#order", "at random");
      }],
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
      const told = (await addressOf(page)).get(inAddress);
      await change();
      assert.notEqual((await addressOf(page)).get(inAddress), told, name);
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
    await page.getByRole("link", { name: "Class by class, 4" }).click();
    await trained(2, 2 + changes.length);
    await page.click("#toggle");
    const again = (await trainedSteps(visited)).slice(0, 2).map(({ losses }) => losses);
    assert.deepEqual(again, first, "the defaults give the first run again");

    await page.fill("#seed", "1.5");
    await page.press("#seed", "Enter");
    await page.getByRole("status").getByText(
      "A seed is a whole number from 0 to 4294967295; it stays 0.",
    ).waitFor();
    assert.deepEqual([await page.inputValue("#seed"), (await addressOf(page)).get("seed")], [
      "0",
      "0",
    ]);
    // Whatever is drawn, it is another one.
    await page.evaluate(() => Math.random = () => 0);
    await page.getByRole("button", { name: "Another seed" }).click();
    assert.equal((await addressOf(page)).get("seed"), "1");
    await page.selectOption("#backend", { index: 2 });
    assert.equal((await addressOf(page)).get("backend"), "cpu");
    await page.getByText("Runs on the CPU.", { exact: true }).waitFor();
    await close(visited, visit);
  }),
);
