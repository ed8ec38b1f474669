import type { Texts } from "../texts/en.ts";
import type { Language } from "../texts/languages.ts";
import { element, paragraph } from "./element.ts";

const installLines = "deno add jsr:@renorm/tfjs   # or: npm install @renorm/tfjs @tensorflow/tfjs";

const exampleLines = `import { renormLayers } from "@renorm/tfjs";
import * as tf from "@tensorflow/tfjs";

const { batchRenormalization } = renormLayers(tf);
model.add(batchRenormalization({ rmax: 3, dmax: 5, warmupSteps: 5000 }));`;

/** The guide and what else there is, and the first lines of code. */
export function makeFurtherReading({ further }: Texts, language: Language): HTMLElement {
  // The build may know where the documentation stands; else its place in the repository is named.
  const docs = document.querySelector<HTMLLinkElement>('link[rel="help"]')?.href ?? null;
  const guide = language === "tr" ? "guide.tr.md" : "guide.md";
  const pages = [
    [guide, further.guide, further.guideText],
    ["experiments/digits.md", further.experiment, further.experimentText],
    ["tensorflow-js.md", further.tensorflow, further.tensorflowText],
  ];
  const items = pages.map(([file, name, text]) => {
    const title = docs === null
      ? element("b", {}, name, " (", element("code", {}, `docs/${file}`), ")")
      : element("a", { href: new URL(file, docs).href }, name);
    return element("li", {}, title, element("span", {}, text));
  });
  const beside = [
    ["model.html", further.model, further.modelText],
    ["measure.html", further.measure, further.measureText],
  ].map(([file, name, text]) =>
    element(
      "li",
      {},
      element("a", { href: `${file}?lang=${language}` }, name),
      element("span", {}, text),
    )
  );
  const code = (lines: string) =>
    element("pre", { tabindex: 0 }, element("code", { translate: "no" }, lines));
  return element(
    "section",
    { class: "further" },
    element("h2", {}, further.heading),
    element("ul", {}, ...beside, ...items),
    paragraph(further.code),
    code(installLines),
    code(exampleLines),
  );
}
