import assert from "node:assert/strict";
import { loadDigits } from "@renorm/experiments/data/digits";
import { splitDigits } from "@renorm/experiments/data/labelled_images";
import type { Page } from "playwright-core";
import { readCurve } from "./curve.ts";
import finishedRun from "./finished_run.json" with { type: "json" };
import { defaultSettings } from "./settings.ts";
import {
  addressOf,
  close,
  newsOf,
  onCpu,
  shownStep,
  stepOnce,
  trainedSteps,
} from "./testing/page_checks.ts";

/** The length of the line in batch renorm's first chart, once it is longer than it was. */
async function lineLongerThan(page: Page, length: number): Promise<number> {
  const longer = await page.waitForFunction((length) => {
    const [line] = [...document.querySelectorAll("#accuracy .batch-renorm .area path")].slice(-1);
    const now = line?.getAttribute("d")?.length ?? 0;
    return now > length ? now : null;
  }, length);
  return (await longer.jsonValue())!;
}

Deno.test(
  "start, pause, one step and reset do what they say, and batch renorm comes out ahead",
  onCpu(async (visit) => {
    const visited = await visit.open("", { viewport: { width: 1280, height: 800 } });
    const { page, reach, requests } = visited;
    const shifts = await page.evaluateHandle(() => {
      const shifts: number[] = [];
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          shifts.push((entry as unknown as { value: number }).value);
        }
      }).observe({ type: "layout-shift", buffered: true });
      return shifts;
    });
    await page.waitForLoadState("networkidle");
    const asked = requests.map((request) => request.slice(visit.address.length));
    assert.deepEqual(asked, ["", "style.css", "page.js"], "what trains is loaded at the start");
    // All of it on the first screen.
    for (const part of [".finished svg", "#toggle", ".presets", "#rmax", "#accuracy", ".batch"]) {
      const { y, height } = (await page.locator(part).boundingBox())!;
      assert.ok(y >= 0 && y + height <= 800, `${part} from ${y} px, ${height} px high`);
    }

    await page.getByRole("button", { name: "Start" }).click();
    await page.getByRole("button", { name: "Pause" }).waitFor();
    // The charts are drawn where they are seen, and their lines grow.
    await lineLongerThan(page, await lineLongerThan(page, 0));
    await page.getByText("Runs on the CPU: the browser gives no WebGPU adapter.").waitFor();
    await page.getByText(/Training, [\d.]+ steps a second; step 300 in about \d+ (sec|min)/)
      .waitFor();

    await reach(300);
    await page.click("#toggle");
    await page.getByRole("status").getByText(
      /^Paused\. Step [\d,]+\. Batch norm: \d+% in training, /,
    )
      .waitFor();
    const measured = newsOf((await visited.messages()).news, "measured");
    const at300 = measured.find(({ measurement }) => measurement.step === 300)!.measurement;
    const [norm, renorm] = at300.readings.map(({ evalMode }) => evalMode.accuracy);
    assert.ok(renorm - norm >= 0.1, `at inference ${norm} and ${renorm}`);
    const inTraining = at300.readings[0].trainingMode.accuracy;
    assert.ok(
      inTraining - norm >= 0.3,
      `batch norm ${inTraining} in training mode, ${norm} at inference`,
    );

    // The finished run of the page is this one, though on another machine steps part in the end.
    const kept = readCurve(finishedRun.run)!;
    assert.deepEqual(kept.settings, defaultSettings);
    for (const { measurement: { step, readings } } of measured.slice(0, 13)) {
      const then = kept.points.find((point) => point.step === step)!;
      readings.forEach(({ trainingMode, evalMode }, n) => {
        const far = step <= 50 ? 0.02 : 0.25;
        assert.ok(Math.abs(trainingMode.accuracy - then.readings[n].trainingMode.accuracy) < far);
        assert.ok(Math.abs(evalMode.accuracy - then.readings[n].evalMode.accuracy) < far);
      });
    }

    const { readings: [shown] } = measured.at(-1)!.measurement;
    const label = await page.getAttribute("#accuracy .batch-norm .area", "aria-label");
    const words = (await page.textContent("#accuracy .batch-norm .reading"))!;
    assert.equal(label, `Batch norm: Accuracy on digits that neither learns from. ${words}`);
    const [, ...numbers] = words.match(
      /^(\d+)% in training, (\d+)% at inference: it relies on its batch\.$/,
    )!;
    [shown.trainingMode, shown.evalMode].forEach(({ accuracy }, i) => {
      assert.ok(Math.abs(100 * accuracy - Number(numbers[i])) <= 0.5 + 1e-9, words);
    });

    const count = await shownStep(page);
    await stepOnce(visited);
    assert.equal(await shownStep(page), count + 1);
    await page.click("#reset");
    await page.getByText("Back at step 0.").first().waitFor();
    assert.equal(await page.textContent("#count"), "0");
    await stepOnce(visited);
    await page.locator("#status", { hasText: /^Paused\.$/ }).waitFor();
    // Nothing has moved but what is in the charts.
    assert.deepEqual(await shifts.jsonValue(), []);
    await close(visited, visit);
  }),
);

Deno.test(
  "a run left behind stays as faint lines, a link shares both, and the one that is on is marked",
  onCpu(async (visit) => {
    const visited = await visit.open("", { permissions: ["clipboard-read", "clipboard-write"] });
    const { page, reach, trained } = visited;
    const active = page.locator(".presets [aria-current]");
    await page.click("#toggle");
    await trained(51);
    assert.match((await active.textContent())!, /^Class by class, 4 /);
    await page.getByRole("link", { name: "Limits shut" }).click();
    const followed = await addressOf(page);
    assert.deepEqual([followed.get("rmax"), followed.get("dmax")], ["1", "0"]);
    assert.match((await active.textContent())!, /^Limits shut /);
    await page.locator(".before", { hasText: "the run before, with rmax 3, dmax 5." }).waitFor();
    await reach(25);
    await page.click("#toggle");
    // Else the worker may say that it has paused after the link was copied.
    await page.getByText("Paused.", { exact: true }).waitFor();
    for (const [a, b] of (await trainedSteps(visited)).map(({ losses }) => losses)) {
      assert.equal(a, b, "with its limits shut batch renorm is batch norm");
    }
    const { points } = readCurve(followed.get("before")!)!;
    const { news } = await visited.messages();
    // Another measurement may have been on its way.
    const first = newsOf(news, "measured").filter(({ run }) => run === 1).slice(0, points.length);
    assert.deepEqual(
      points.map(({ step }) => step),
      first.map(({ measurement }) => measurement.step),
    );
    points.forEach(({ readings }, i) =>
      readings.forEach(({ evalMode }, n) => {
        const { accuracy } = first[i].measurement.readings[n].evalMode;
        assert.ok(Math.abs(evalMode.accuracy - accuracy) <= 1 / 400, `${accuracy}`);
      })
    );

    // Who is sent the link sees it before anything trains, and then the same run.
    await page.click("#copy");
    await page.locator("#status", { hasText: "Link copied:" }).waitFor();
    const link = new URL(await page.evaluate(() => navigator.clipboard.readText())).search;
    assert.equal(link, `?${await addressOf(page)}`);
    const other = await visit.open(link);
    await other.page.locator(".before", { hasText: "with rmax 3, dmax 5." }).waitFor();
    const faint = other.page.locator("#accuracy .batch-renorm [stroke-opacity='0.4'] path");
    assert.equal(await faint.count(), 2);
    assert.equal(await other.page.textContent("#count"), "0");
    await stepOnce(other);
    assert.deepEqual(await trainedSteps(other), (await trainedSteps(visited)).slice(0, 1));
    await close(other, visit);

    await page.goBack();
    await page.locator('#rmax[aria-valuetext="3"]').waitFor();
    assert.equal((await addressOf(page)).get("rmax"), "3");
    await page.locator(".before", { hasText: "with rmax 1, dmax 0." }).waitFor();
    await close(visited, visit);
  }),
);

Deno.test(
  "inside a layer the widest channel is shown until another is chosen, with all limits in the frame",
  onCpu(async (visit) => {
    const visited = await visit.open("");
    const { page, trained } = visited;
    await page.click("#toggle");
    await trained(50);
    await page.click("#toggle");
    await page.getByRole("button", { name: "Start" }).waitFor();
    await page.locator("#inside summary").click();
    const steps = await trainedSteps(visited);
    const { labels } = splitDigits(await loadDigits(), 1100).train;
    // Between the digits whose batches were seen, whatever was shown on the way.
    const spread = (channel: number) => {
      const { variance } = steps.at(-1)!.layers[0][1].running;
      const byDigit = Map.groupBy(steps, ({ images }) => labels[images[0]]);
      const means = [...byDigit.values()].map((some) =>
        some.reduce((sum, { layers }) => sum + layers[0][1].batch.mean[channel], 0) / some.length
      );
      return (Math.max(...means) - Math.min(...means)) / Math.sqrt(variance[channel]);
    };
    const spreads = Array.from({ length: 32 }, (_, channel) => spread(channel));
    const shown = Number(await page.inputValue("#channel")) - 1;
    assert.ok(spreads[shown] > Math.max(...spreads) / 2, `${shown} of ${spreads}`);
    const dots = page.locator("#channel-walk .batch-norm circle");
    await page.locator("#channel-walk").scrollIntoViewIfNeeded();
    await dots.first().waitFor();
    const colours = await dots.evaluateAll((all) => all.map((one) => one.getAttribute("fill")));
    assert.equal(new Set(colours).size, 10, "a colour for each digit");

    const words = page.locator("#channel-walk .batch-norm .reading");
    const ofWidest = await words.textContent();
    await page.locator("#channel").press(shown > 0 ? "ArrowLeft" : "ArrowRight");
    assert.notEqual(await words.textContent(), ofWidest);
    const r = page.locator("#r .batch-renorm .reading");
    await r.getByText(/middle 90% from .* Limits 0\.\d\d to 1\.\d\d, \d+% clipped\.$/).waitFor();
    for (const chart of ["#r", "#d"]) {
      const limits = page.locator(`${chart} .batch-renorm [stroke-dasharray="2 3"] path`);
      await page.locator(chart).scrollIntoViewIfNeeded();
      await limits.first().waitFor({ state: "attached" });
      assert.equal(await limits.count(), 2);
      const frame = (await page.locator(`${chart} .batch-renorm .area svg`).boundingBox())!;
      for (const limit of await limits.all()) {
        const { y, height } = (await limit.boundingBox())!;
        assert.ok(y > frame.y && y + height < frame.y + frame.height, `${chart} at ${y} px`);
      }
    }
    const ofSecondLayer = await r.textContent();
    await page.selectOption("#layer", "1");
    assert.equal(await page.getAttribute("#channel", "max"), "16");
    assert.notEqual(await r.textContent(), ofSecondLayer);
    assert.equal(
      await page.getByRole("link", { name: "The guide" }).getAttribute("href"),
      "https://example.org/docs/guide.md",
    );
    await close(visited, visit);
  }),
);

Deno.test(
  "neither the page nor its worker can ask another host",
  onCpu(async (visit) => {
    const visited = await visit.open("");
    const { page } = visited;
    await stepOnce(visited);
    const asked: string[] = [];
    await using other = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
      asked.push(request.url);
      return new Response("", { headers: { "access-control-allow-origin": "*" } });
    });
    const ask = (address: string) =>
      fetch(address).then(() => "answered", (error) => String(error));
    const address = `http://127.0.0.1:${other.addr.port}/`;
    const [worker] = page.workers();
    assert.equal(await page.evaluate(ask, address), "TypeError: Failed to fetch");
    assert.equal(await worker.evaluate(ask, address), "TypeError: Failed to fetch");
    assert.deepEqual(asked, []);
    await page.context().close();
  }),
);

Deno.test(
  "without its digits or its worker the page says what is missing, and begins once it is there",
  onCpu(async (visit) => {
    const { page, reach, messages } = await visit.open("?lang=tr");
    await page.click("#step");
    await reach(1);
    const refuse = async (file: string, backend: number, reason: RegExp) => {
      await page.route(`**/${file}`, (route) => route.fulfill({ status: 404 }));
      // Which opens another worker.
      await page.selectOption("#backend", { index: backend });
      await page.getByRole("status").getByText(reason).waitFor();
      await page.unroute(`**/${file}`);
      // Nothing runs, on whatever it was.
      assert.equal(await page.textContent("#backend-note"), "");
      assert.equal(await page.textContent("#toggle"), "Başlat");
    };
    const noWorker = /^Eğitim yapılamadı; “Başlat” yeniden dener\. .*worker\.js yüklenemedi\.$/;
    const noDigits = /^Eğitim yapılamadı; .* Rakamlar yüklenemedi: digits\.csv\.gz\.$/;
    await refuse("worker.js", 2, noWorker);
    await page.click("#toggle");
    await reach(1);
    await refuse("digits.csv.gz", 0, noDigits);
    await page.click("#step");
    await reach(1);
    assert.equal(await shownStep(page), 1);
    await refuse("digits.csv.gz", 2, noDigits);
    await page.getByRole("link", { name: "Kapalı sınırlar" }).click();
    await reach(1);
    const { orders } = await messages();
    assert.equal(orders.filter(({ kind }) => kind === "open").length, 7, "one worker a try");
    await page.context().close();
  }),
);
