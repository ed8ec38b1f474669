import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import axe from "axe-core";
import { readSafetensors } from "@renorm/convert";
import type { Download, Page } from "playwright-core";
import { onCpu } from "../testing/page_checks.ts";
import type { Visit } from "../visitor_browser.ts";

/** A file to choose, by its bytes: Chromium does not find every path that a clone may have. */
async function fileAt(path: string) {
  const buffer = await readFile(new URL(path, import.meta.url));
  return { name: path.split("/").at(-1)!, mimeType: "application/octet-stream", buffer };
}
const keras = await fileAt("../../convert/testdata/functional.keras");
const checkpoint = await fileAt("../../parity/golden/minicnn_batch2.safetensors");

/** The page, with what the browser complained of and asked for. */
async function openModelPage({ browser, address }: Visit, query = "") {
  const page = await browser.newPage({ locale: "en-GB", acceptDownloads: true });
  page.setDefaultTimeout(90_000);
  const complaints: string[] = [];
  page.on("pageerror", ({ message }) => complaints.push(message));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  await page.goto(`${address}model.html${query}`);
  await page.locator("#files").waitFor();
  return { page, complaints, requests };
}

/** Drops files on the page, as from a folder. */
async function drop(page: Page, files: Readonly<Record<string, string>>): Promise<void> {
  const data = await page.evaluateHandle((files) => {
    const data = new DataTransfer();
    for (const [name, text] of Object.entries(files)) data.items.add(new File([text], name));
    return data;
  }, files);
  await page.dispatchEvent(".drop", "drop", { dataTransfer: data });
}

async function bytesOf(download: Download): Promise<Uint8Array> {
  return await Deno.readFile(await download.path());
}

Deno.test(
  "a model's norms are listed and converted in the page, which asks nobody else",
  onCpu(async (visit) => {
    const { page, complaints, requests } = await openModelPage(visit);
    await page.setInputFiles("#files", checkpoint);
    await page.getByText("minicnn_batch2.safetensors: 2 norm layers").waitFor();
    assert.deepEqual(
      await page.locator("tbody tr:not(.said) td:first-child").allTextContents(),
      ["net.1", "net.4"],
    );
    await page.fill("#limit-0", "2");
    const [saved] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Convert and save" }).click(),
    ]);
    assert.equal(saved.suggestedFilename(), "minicnn_batch2.batch-renorm.safetensors");
    const { norms } = await readSafetensors(await bytesOf(saved));
    const limits = Array.from(norms.values(), ({ layer }) => [layer.kind, layer.renorm?.limits]);
    const chosen = ["batch-renorm", { rmax: 2, dmax: 5, warmupSteps: 5000 }];
    assert.deepEqual(limits, [chosen, chosen]);
    await page.getByText("Saved: minicnn_batch2.batch-renorm.safetensors").waitFor();
    // A checkpoint holds no graph: what a norm is to be folded into it does not say.
    await page.selectOption("#to", { index: 2 });
    assert.equal(await page.locator("#limit-0").isDisabled(), true);
    await page.getByRole("button", { name: "Convert and save" }).click();
    await page.getByText("Nothing was changed, so nothing is saved:").waitFor();

    assert.ok(!requests.some((request) => request.endsWith("hdf5.js")));
    await page.setInputFiles("#files", keras);
    await page.getByText(/functional\.keras: [1-9]\d* norm layers/).waitFor();
    assert.ok(requests.some((request) => request.endsWith("hdf5.js")));
    assert.deepEqual(
      await page.locator("tbody tr").first().locator("td").allTextContents().then((cells) =>
        cells.slice(0, 3)
      ),
      ["shared_bn", "−0.51 to 0.29", "0.33 to 2.8"],
    );
    await page.getByText("Nothing in these statistics stands out.").waitFor();
    for (const request of requests) {
      assert.ok(request.startsWith(visit.address) || request.startsWith("blob:"), request);
    }
    await page.evaluate(axe.source);
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
      return (await axe.run()).violations.map(({ id, nodes }) => [id, nodes[0].html]);
    });
    assert.deepEqual(violations, []);
    assert.deepEqual(complaints, []);
    await page.close();
  }),
);

Deno.test(
  "files may be dropped, a wrong one is named, and the page speaks Turkish",
  onCpu(async (visit) => {
    const { page, complaints } = await openModelPage(visit, "?lang=tr");
    assert.equal(await page.title(), "Kendi modeliniz");
    await drop(page, { "weights.pt": "PK" });
    await page.getByText("Bu olmadı:").waitFor();
    await page.getByText(/weights\.pt/).waitFor();
    const norm = { class_name: "BatchNormalization", config: { name: "bn", axis: -1 } };
    const model = { class_name: "Sequential", config: { name: "net", layers: [norm] } };
    await drop(page, { "model.json": JSON.stringify(model) });
    await page.getByText("model.json: 1 normalizasyon katmanı").waitFor();
    await page.getByText("bu dosyada yok").first().waitFor();
    assert.equal(await page.getByText("göze çarpan bir şey yok").count(), 0);
    assert.equal(await page.getByText("Bu olmadı:").count(), 0);
    assert.deepEqual(complaints, []);
    await page.close();
  }),
);
