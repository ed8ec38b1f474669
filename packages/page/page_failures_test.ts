import assert from "node:assert/strict";
import axe from "axe-core";
import { close, onCpu, shownStep } from "./testing/page_checks.ts";
import { languages } from "./texts/languages.ts";
import { textsOf } from "./texts/texts.ts";

Deno.test(
  "without its script the page explains itself in both languages, and says what is missing",
  onCpu(async ({ browser, address }) => {
    const page = await browser.newPage({ viewport: { width: 360, height: 740 } });
    await page.route("**/page.js", (route) => route.fulfill({ status: 404 }));
    await page.goto(address);
    for (const language of languages) {
      const { title, lead, norms, explanation, otherLanguage } = textsOf(language);
      const article = page.locator(`article[lang=${language}]`);
      const text = await article.innerText();
      for (const said of [title, lead, ...norms, ...explanation.map(({ heading }) => heading)]) {
        assert.ok(text.includes(said), said);
      }
      await article.locator(".unscripted").waitFor({ state: "visible" });
      await article.getByText("deno task web").waitFor();
      await article.getByRole("link", { name: otherLanguage }).click();
      assert.ok(
        ["#en", "#tr"].includes(new URL(page.url()).hash) && !page.url().endsWith(language),
      );
    }
    await page.evaluate(axe.source);
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
      return (await axe.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
    });
    assert.deepEqual(violations, []);
    await page.unroute("**/page.js");
    await page.reload();
    await page.locator("#toggle").waitFor();
    assert.equal(await page.locator("article, .unscripted").count(), 0);
    await page.context().close();
  }),
);

Deno.test(
  "a loss that is no number is told of the network that has it, has no score, and takes no further step",
  onCpu(async (visit) => {
    const visited = await visit.open("?batch=1&rate=1&rmax=100&dmax=100&warmup=0&momentum=0.1");
    const { page } = visited;
    await page.click("#toggle");
    const status = page.locator("#status", { hasText: "is not a number" });
    await status.waitFor();
    assert.match(
      (await status.textContent())!,
      /is not a number: Batch renorm\. .* Start begins anew/,
    );
    const step = await shownStep(page);
    assert.match((await page.textContent("#accuracy .batch-norm .reading"))!, /^\d+% in training/);
    assert.match(
      (await page.textContent("#accuracy .batch-renorm .reading"))!,
      /^– in training, – at inference: its loss is not a number\.$/,
    );
    assert.equal(await page.locator("#toggle").textContent(), "Start");

    await page.click("#step");
    await page.locator("#status", { hasText: /^Paused\.$/ }).waitFor();
    assert.equal(await shownStep(page), 1, `anew, where ${step + 1} would be one too many`);
    await close(visited, visit);
  }),
);

Deno.test(
  "a worker that ends without a word is followed by another, which goes on from the last measurement",
  onCpu(async (visit) => {
    const visited = await visit.open("");
    const { page, trained, messages } = visited;
    // From its first second on.
    await page.clock.install();
    await page.click("#toggle");
    await trained(25);
    await page.click("#toggle");
    await page.getByRole("button", { name: "Start" }).waitFor();
    const measured = (await messages()).news.findLast(({ kind }) => kind === "measured");
    const [worker] = page.workers();
    await worker.evaluate(() => self.close()).catch(() => {});
    await page.click("#toggle");
    // Its own time goes on; what is in a background tab sees none.
    const setHidden = (hidden: boolean) =>
      page.evaluate(
        (hidden) =>
          Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true }),
        hidden,
      );
    await setHidden(true);
    await page.clock.runFor(120_000);
    assert.match((await page.textContent("#status"))!, /^Training/);
    await setHidden(false);
    await page.clock.runFor(30_000);
    assert.ok(measured?.kind === "measured");
    const { step } = measured.measurement;
    const told = `The training stopped answering; the run is back at step ${step}.`;
    await page.getByRole("status").getByText(told).waitFor();
    await page.clock.runFor(2000);
    await trained(step + 1, 2);
    await page.context().close();
  }),
);

Deno.test(
  "what an address says wrong is told in the language of the page, in sight at once",
  onCpu(async (visit) => {
    const { page } = await visit.open("?lang=tr&Batch=2&dmax=1e-300&batch=3&batch=4", {
      viewport: { width: 360, height: 740 },
    });
    const warnings = page.locator("header .warning");
    const [dmax, unknown, again] = await warnings.allTextContents();
    assert.match(dmax, /dmax=1e-300 yazıyor; oysa .* 0 ya da 0\.001 ile 100 arasında bir sayı/);
    assert.match(unknown, /Batch=2 yazıyor; sayfa bunu dikkate almaz, bildikleri: batch, order,/);
    assert.match(again, /batch birden çok kez yazıyor; ilki geçerlidir, 4 değil/);
    const { y, height } = (await warnings.last().boundingBox())!;
    assert.ok(y + height < 740, `${y + height} px`);
    await page.context().close();
  }),
);
