import assert from "node:assert/strict";
import { buildSite } from "./site.ts";
import { visit } from "./visitor_browser.ts";

Deno.test("on WebGPU the page names its adapter, and goes on after its GPU process is gone", async () => {
  await visit(await buildSite(null), { hasWebGpu: true }, async ({ browser, open }) => {
    const { page, reach, trained, messages, complaints } = await open("?backend=webgpu");
    await page.click("#step");
    await reach(1);
    const onWebGpu = "Runs on WebGPU google swiftshader.";
    assert.equal(await page.textContent("#backend-note"), onWebGpu);
    await page.locator("#accuracy .batch-norm .reading", { hasText: "in training" }).waitFor();
    const session = await browser.newBrowserCDPSession();
    // Everything that the page shows of the run, though the run does not wait for who looks.
    await page.evaluate(() => {
      const shown = (globalThis as unknown as { shown: string[] }).shown = [];
      const [count, status] = ["#count", "#status"].map((id) => document.querySelector(id)!);
      new MutationObserver(() => shown.push(`${count.textContent}: ${status.textContent}` as never))
        .observe(document.querySelector(".experiment")!, { childList: true, subtree: true });
    });
    await page.click("#toggle");
    await reach(3);
    // It is no answer that one gets from a process that is gone.
    session.send("Browser.crashGpuProcess").catch(() => {});
    await trained(3, 2);
    assert.equal(await page.textContent("#backend-note"), onWebGpu);

    const { orders, news } = await messages();
    const { run, from } = orders.findLast((order) => order.kind === "build")!;
    const step = from!.step;
    const shown = await page.evaluate(() => (globalThis as unknown as { shown: string[] }).shown);
    const told = `${step}: The GPU was lost; the run is back at step ${step}.`;
    assert.ok(shown.includes(told), shown.join("\n"));
    const lossesOf = (run: number) =>
      news.flatMap((one) => one.kind === "trained" && one.run === run ? one.steps : [])
        .find((trained) => trained.step === step + 1)?.losses;
    assert.ok(lossesOf(1));
    assert.deepEqual(lossesOf(run), lossesOf(1), "the same after the loss as before");
    assert.deepEqual(complaints.filter((text) => !/GPU|gpu|[Dd]evice/.test(text)), []);

    const other = await open("");
    await other.page.click("#step");
    await other.reach(1);
    assert.equal(
      await other.page.textContent("#backend-note"),
      "Runs on the CPU: the browser has WebGPU in software only, which is slower.",
    );
  });
});
