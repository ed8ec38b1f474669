/** The page that measures a device: our kernels beside a copy and TensorFlow.js. */
import { type GpuRow, measureShape, type Peer } from "@renorm/bench/gpu/measure_shape";
import { startTfjs, tfjsSteps } from "@renorm/bench/gpu/tfjs_steps";
import * as tf from "@tensorflow/tfjs";
import { makeFormats } from "../texts/formats.ts";
import { button, element } from "../ui/element.ts";
import { openSidePage } from "../ui/side_page.ts";
import { tableRow } from "../ui/table_row.ts";
import { measureTexts } from "./texts.ts";

const { texts, language, main } = openSidePage(measureTexts);
const formats = makeFormats(language);
const query = new URLSearchParams(location.search);

/** Shapes of small networks and of a large one; `?quick` takes the smallest, once. */
const isQuick = query.has("quick");
const shapes = isQuick ? [[2, 8, 8, 8]] : [
  [8, 64, 32, 32],
  [2, 64, 56, 56],
  [4, 256, 14, 14],
  [32, 64, 56, 56],
  [256, 512],
];
const rounds = isQuick ? 1 : 7;

const tensorflow: Peer = {
  name: "tfjs",
  layouts: ["channels-last"],
  steps: (shape, _layout, x, dy) => tfjsSteps(shape, x, dy),
};

const said = element("p", { role: "status" });
const rows = element("tbody");
const table = element(
  "div",
  { class: "wide", tabindex: 0, role: "group", hidden: true },
  element(
    "table",
    {},
    element("thead", {}, tableRow("th", texts.columns)),
    rows,
  ),
);
const json = element("pre", { class: "wrapped", tabindex: 0, hidden: true, translate: "no" });
const copy = button(texts.copy, async () => {
  await navigator.clipboard.writeText(json.textContent!);
  said.textContent = texts.copied;
}, { hidden: true });
const start = button(texts.start, measure, { class: "primary" });
const adapter = element("p");
main.append(element("section", { class: "model" }, adapter, start, said, table, copy, json));

let adapterName = "";
const found = await (navigator.gpu as GPU | undefined)?.requestAdapter({
  powerPreference: "high-performance",
});
if (found) {
  const { vendor, architecture, description } = found.info;
  adapterName = [description, vendor, architecture].filter(Boolean).join(", ");
  adapter.textContent = texts.adapter(adapterName);
} else {
  adapter.textContent = texts.missing;
  start.disabled = true;
}

/** Times each shape in turn, and shows what there is so far. */
async function measure(): Promise<void> {
  start.disabled = true;
  rows.replaceChildren();
  const measured: GpuRow[] = [];
  try {
    await startTfjs();
    // The very device of TensorFlow.js, so that both have the same features.
    const { device } = tf.backend() as unknown as { readonly device: GPUDevice };
    for (const [i, shape] of shapes.entries()) {
      said.textContent = texts.measuring(`[${shape.join(", ")}]`, i + 1, shapes.length);
      const row = await measureShape(device, shape, rounds, [tensorflow]);
      measured.push(row);
      rows.append(...rowsOf(row));
      table.hidden = false;
    }
    said.textContent = texts.done;
    json.textContent = JSON.stringify({
      adapter: adapterName,
      browser: navigator.userAgent,
      measured,
    });
    json.hidden = copy.hidden = false;
  } catch (error) {
    said.textContent = texts.failed((error as Error).message);
  }
  start.disabled = false;
}

/** Passes over the tensor's bytes, half of a copy's each: forward, and forward with backward. */
const passes = { forward: 1.5, both: 4 } as const;

function rowsOf({ shape, milliseconds }: GpuRow): HTMLTableRowElement[] {
  const best = (start: string) =>
    Math.min(
      ...Object.entries(milliseconds).filter(([name]) => name.startsWith(start)).map(([, ms]) =>
        ms
      ),
    );
  return (["forward", "both"] as const).map((operation) => {
    const ours = best(`batch renorm ${operation}`);
    return tableRow("td", [
      `[${shape.join(", ")}]`,
      texts.operations[operation],
      formats.rough(ours),
      formats.rough(milliseconds.copy),
      formats.percent(passes[operation] * milliseconds.copy / ours),
      texts.times(formats.rough(best(`tfjs ${operation}`) / ours)),
    ]);
  });
}
