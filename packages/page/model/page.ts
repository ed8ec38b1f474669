/** The page of one's own model: files in, a table and converted files out. */
import { makeFormats } from "../texts/formats.ts";
import { element } from "../ui/element.ts";
import { openSidePage } from "../ui/side_page.ts";
import { openChosenModel } from "./chosen_model.ts";
import { modelView } from "./model_view.ts";
import { modelTexts } from "./texts.ts";

const { texts, language, main } = openSidePage(modelTexts);

const chosen = element("input", { id: "files", type: "file", multiple: true });
const said = element("p", { role: "status" });
const result = element("div");
const drop = element(
  "div",
  { class: "drop" },
  element("label", { for: "files" }, texts.choose),
  chosen,
  element("span", {}, texts.drop),
);

/** Which of several readings is the last. */
let readings = 0;

async function read(files: readonly File[]): Promise<void> {
  const reading = ++readings;
  said.textContent = texts.reading;
  result.replaceChildren();
  try {
    const model = await openChosenModel(files);
    if (reading !== readings) return;
    const view = modelView(model, texts, makeFormats(language).rough);
    said.textContent = "";
    result.replaceChildren(view);
  } catch (error) {
    if (reading !== readings) return;
    said.textContent = texts.failed;
    result.replaceChildren(element("p", { lang: "en" }, (error as Error).message));
  }
}

chosen.addEventListener("change", () => {
  if (chosen.files!.length > 0) read([...chosen.files!]);
});
// Files may be dropped anywhere: beside the place for it a browser would open them.
addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.add("over");
});
addEventListener("dragleave", () => drop.classList.remove("over"));
addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  const files = [...event.dataTransfer?.files ?? []];
  if (files.length > 0) read(files);
});

main.append(element("div", {}, drop, said), result);
