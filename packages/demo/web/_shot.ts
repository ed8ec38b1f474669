import { launchChromium } from "/tmp/wt/page/packages/parity/browser_page.ts";
import { buildSite } from "/tmp/wt/page/packages/demo/web/site.ts";
import { serveSite } from "/tmp/wt/page/packages/demo/web/serve_site.ts";
const [query, steps, outFile, width, height, scheme, full] = Deno.args;
const site = await buildSite(null);
const server = serveSite(site, 0);
const browser = await launchChromium();
const page = await browser.newPage({
  viewport: { width: Number(width), height: Number(height) },
  colorScheme: scheme as "dark",
});
page.on("console", (m) => console.log("console", m.text()));
page.on("pageerror", (m) => console.log("pageerror", m.message, m.stack));
page.on("request", (r) => console.log("request", r.url().slice(0, 100)));
await page.goto(`http://127.0.0.1:${server.addr.port}/${query}`);
await page.waitForFunction(
  () => !(document.querySelector("#toggle") as HTMLButtonElement)?.disabled,
  undefined,
  { timeout: 60000 },
);
if (Number(steps) > 0) {
  await page.click("#toggle");
  const t = performance.now();
  await page.waitForFunction(
    (n) => Number(document.querySelector("#count")!.textContent!.replace(/[.,]/g, "")) >= n,
    Number(steps),
    { timeout: 200000 },
  );
  console.log("steps", steps, performance.now() - t);
  await page.click("#toggle");
  await page.waitForTimeout(1500);
}
console.log(
  await page.locator("#backend-note").textContent(),
  "|",
  await page.locator("#status").textContent(),
);
if (full === "full") {
  const h = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: Number(width), height: h });
  await page.waitForTimeout(1200);
}
if (full === "full") {
  const h = await page.evaluate(() => document.documentElement.scrollHeight);
  const slice = Number(Deno.args[7] ?? 1150);
  for (let y = 0, i = 0; y < h; y += slice, i++) {
    await page.screenshot({
      path: outFile.replace(".png", `-${i}.png`),
      clip: { x: 0, y, width: Number(width), height: Math.min(slice, h - y) },
    });
  }
} else await page.screenshot({ path: outFile });
console.log(
  await page.locator("#backend-note").textContent(),
  "|",
  await page.locator("#status").textContent(),
);
if (full === "full") {
  const h = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: Number(width), height: h });
  await page.waitForTimeout(1200);
}
await page.screenshot({ path: outFile });
console.log(
  "overflow",
  await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
);
await browser.close();
await server.shutdown();
