/** What is seen of a model that was chosen. */
import type { InspectedLayer } from "@renorm/convert";
import { element, field, selectOf } from "../ui/element.ts";
import { tableRow } from "../ui/table_row.ts";
import type { ChosenModel, RenormChoice } from "./chosen_model.ts";
import { type ModelTexts, targets } from "./texts.ts";

/** The table of its norms with what there is to know of each, and what it can become. */
export function modelView(
  model: ChosenModel,
  texts: ModelTexts,
  format: (value: number) => string,
): HTMLElement {
  const { layers, notes = [] } = model.inspection;
  const table = element(
    "table",
    {},
    element("caption", {}, texts.read(model.name, layers.length)),
    element("thead", {}, tableRow("th", texts.columns)),
    element("tbody", {}, ...layers.flatMap((layer) => layerRows(layer, texts, format))),
  );
  const view = element(
    "section",
    { class: "model" },
    element("div", { class: "wide", tabindex: 0, role: "group" }, table),
    ...notes.map((note) => element("p", { lang: "en" }, note)),
  );
  if (layers.length > 0 && layers.every(isSound)) view.append(element("p", {}, texts.sound));
  if (layers.length > 0) view.append(conversion(model, texts));
  return view;
}

/** Whether its statistics are at hand and there is nothing to say of them. */
function isSound({ runningMean, runningVar, unsupported, findings }: InspectedLayer): boolean {
  return runningMean !== null && runningVar !== null && unsupported === null &&
    findings.length === 0;
}

function layerRows(
  { path, text, unsupported, runningMean, runningVar, findings }: InspectedLayer,
  { range, unknown }: ModelTexts,
  format: (value: number) => string,
): HTMLTableRowElement[] {
  const shown = [runningMean, runningVar].map((values) =>
    values ? range(format(values.least), format(values.most)) : unknown
  );
  const said = [...unsupported ? [unsupported] : [], ...findings.map(({ message }) => message)];
  const more = element("td", { colspan: 4 }, ...said.map((text) => element("p", {}, text)));
  return [
    tableRow("td", [path, ...shown, text]),
    ...said.length === 0 ? [] : [element("tr", { class: "said", lang: "en" }, more)],
  ];
}

/** The form by which it is converted and saved. */
function conversion(model: ChosenModel, texts: ModelTexts): HTMLElement {
  const names = targets.map((target) => texts.targets[target]);
  const target = selectOf("to", names, 0, (chosen) => {
    for (const input of inputs) input.disabled = targets[chosen] !== "batch-renorm";
  });
  const inputs = [[3, 1], [5, 0], [5000, 0]].map(([value, min], i) =>
    element("input", { id: `limit-${i}`, type: "number", value, min, step: "any", required: true })
  );
  const report = element("pre", { lang: "en", tabindex: 0, hidden: true });
  const said = element("p", { role: "status" });
  const form = element(
    "form",
    { class: "settings" },
    element("h2", {}, texts.convert),
    field(target, texts.to),
    ...inputs.map((input, i) => field(input, texts.settings[i])),
    element("button", { class: "primary" }, texts.save),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const [rmax, dmax, warmupSteps] = inputs.map(({ valueAsNumber }) => valueAsNumber);
    const choice: RenormChoice = { rmax, dmax, warmupSteps };
    try {
      const made = await model.convert(targets[target.selectedIndex], choice);
      for (const file of made.files) save(file);
      report.textContent = made.report;
      said.textContent = made.files.length === 0
        ? texts.nothing
        : texts.saved(made.files.map(({ name }) => name));
    } catch (error) {
      report.textContent = (error as Error).message;
      said.textContent = texts.failed;
    }
    report.hidden = false;
  });
  return element("div", {}, form, said, report);
}

/** Saves a file as a download. */
function save(file: File): void {
  const href = URL.createObjectURL(file);
  element("a", { href, download: file.name }).click();
  // The download has begun by then, or the browser asks where to.
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
