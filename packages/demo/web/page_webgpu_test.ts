import assert from "node:assert/strict";
import { buildSite } from "./site.ts";
import { visit } from "./visit.ts";

Deno.test("on WebGPU the page names its adapter, and goes on after its GPU process is gone", async () => {
  await visit(await buildSite(null), { hasWebGpu: true }, async ({ browser, open }) => {
    const { page, reach, messages, complaints } = await open("?backend=webgpu");
    assert.equal(
      await page.textContent("#backend-note"),
      "Runs on WebGPU, adapter google swiftshader.",
    );
    await page.click("#step");
    await reach(1);
    await page.locator("#accuracy .batch-norm .reading", { hasText: "Step 1:" }).waitFor();
    await page.click("#toggle");
    await reach(3);
    const session = await browser.newBrowserCDPSession();
    // It is no answer that one gets from a process that is gone.
    session.send("Browser.crashGpuProcess").catch(() => {});
    await page.getByText("The GPU was lost; the run goes on from step 1.").first().waitFor();
    assert.equal(await page.textContent("#count"), "1");
    await reach(3);
    assert.equal(
      await page.textContent("#backend-note"),
      "Runs on WebGPU, adapter google swiftshader.",
    );

    const { orders, news } = await messages();
    const rebuilt = orders.findLast((order) => order.kind === "build")!;
    assert.ok(rebuilt.from !== null && rebuilt.from.step === 1);
    const losses = news.flatMap((one) => one.kind === "trained" ? one.steps : [])
      .filter(({ step }) => step === 2).map(({ losses }) => losses);
    assert.equal(losses.length, 2);
    assert.deepEqual(losses[1], losses[0], "the second step is the same after the loss as before");
    assert.deepEqual(complaints.filter((text) => !/GPU|gpu|[Dd]evice/.test(text)), []);

    const other = await open("");
    assert.equal(
      await other.page.textContent("#backend-note"),
      "Runs on the CPU, which is faster here: the browser has WebGPU in software only.",
    );
  });
});
