import assert from "node:assert/strict";
import { buildSite } from "../site.ts";
import { visit } from "../visitor_browser.ts";

const site = await buildSite(null);

Deno.test("the device is measured, and the result is JSON that names adapter, browser and times", async () => {
  await visit(site, { hasWebGpu: true }, async ({ browser, address }) => {
    const page = await browser.newPage({ locale: "en-GB" });
    page.setDefaultTimeout(90_000);
    const complaints: string[] = [];
    page.on("pageerror", ({ message }) => complaints.push(message));
    await page.goto(`${address}measure.html?quick`);
    await page.getByText("Adapter: ").waitFor();
    await page.getByRole("button", { name: "Measure" }).click();
    await page.getByText("Done.").waitFor();
    const { adapter, browser: name, measured } = JSON.parse(
      await page.locator("pre").innerText(),
    );
    assert.match(adapter, /swiftshader/i);
    assert.match(name, /Chrome/);
    const [{ shape, milliseconds }] = measured;
    assert.deepEqual(shape, [2, 8, 8, 8]);
    for (
      const contestant of [
        "copy",
        "batch renorm both NCHW",
        "batch norm forward NHWC",
        "tfjs both NHWC",
      ]
    ) assert.ok(milliseconds[contestant] > 0, contestant);
    assert.equal(await page.locator("tbody tr").count(), 2);
    assert.deepEqual(complaints, []);
  });
});

Deno.test("without an adapter the page says so, and measures nothing", async () => {
  await visit(site, { hasWebGpu: false }, async ({ browser, address }) => {
    const page = await browser.newPage({ locale: "tr-TR" });
    await page.goto(`${address}measure.html`);
    await page.getByText("Bu tarayıcıda WebGPU bağdaştırıcısı yok").waitFor();
    assert.ok(await page.getByRole("button", { name: "Ölç" }).isDisabled());
  });
});
