/** What batch norm and batch renorm do, in a few sentences. */
import type { Images } from "../protocol.ts";
import type { Texts } from "../texts/en.ts";
import { element, paragraph } from "./element.ts";
import { makePicture } from "./picture.ts";

/** The explanation; its pictures come with the digits. */
export interface Explanation {
  readonly root: HTMLElement;
  showImages(images: Images): void;
}

/** The batches in the pictures; the first digit of each is the one that is used later. */
const companies = [[3, 8, 1, 6], [3, 3, 3, 3]];

/** Makes the explanation. */
export function makeExplanation(texts: Texts, size: number): Explanation {
  const figures = companies.map((digits) => companyFigure(texts, digits, size));
  const sections = texts.explanation.map(({ heading, text }) =>
    element("section", {}, element("h2", {}, heading), paragraph(text))
  );
  sections.forEach((section, i) => section.append(figures[i]?.root ?? formula(texts)));
  return {
    root: element("div", { class: "prose" }, ...sections),
    showImages: (images) => figures.forEach(({ showImages }) => showImages(images)),
  };
}

/** An image in its batch, and by itself. */
function companyFigure({ company: words }: Texts, digits: readonly number[], size: number) {
  const pictures = [...digits, digits[0]].map(() => makePicture(size));
  const canvases = pictures.map(({ canvas }) => canvas);
  const part = (name: string, text: string, shown: readonly HTMLElement[]) =>
    element(
      "div",
      {},
      element("b", {}, name),
      element("div", { class: "pictures" }, ...shown),
      element("span", {}, text),
    );
  return {
    root: element(
      "figure",
      { class: "company" },
      part(words.training, words.trainingText, canvases.slice(0, -1)),
      part(words.use, words.useText, canvases.slice(-1)),
    ),
    showImages(images: Images) {
      // Of each digit another image every time.
      const indices = digits.map((digit, i) =>
        [...images.labels.keys()].filter((index) => images.labels[index] === digit)[i]
      );
      [...indices, indices[0]].forEach((index, i) =>
        pictures[i].show(images, index, String(images.labels[index]))
      );
    },
  };
}

/** r, d and the output, set as mathematics; one sentence for those who hear it. */
function formula({ formula: { batch, running, label, text } }: Texts): HTMLElement {
  const made = element("div", { class: "maths", role: "img", "aria-label": label });
  const sigma = (name: string) => `<msub><mi>σ</mi><mtext>${name}</mtext></msub>`;
  const mu = (name: string) => `<msub><mi>μ</mi><mtext>${name}</mtext></msub>`;
  const maths = [
    `<mi>r</mi><mo>=</mo><mfrac>${sigma(batch)}${sigma(running)}</mfrac>`,
    `<mi>d</mi><mo>=</mo><mfrac><mrow>${mu(batch)}<mo>−</mo>${mu(running)}</mrow>` +
    `${sigma(running)}</mfrac>`,
    '<mi>y</mi><mo>=</mo><mi>γ</mi><mo stretchy="false">(</mo><mi>z</mi><mo>·</mo><mi>r</mi>' +
    '<mo>+</mo><mi>d</mi><mo stretchy="false">)</mo><mo>+</mo><mi>β</mi>',
  ];
  made.innerHTML = maths.map((one) => `<math displaystyle="true">${one}</math>`).join("");
  return element("figure", { class: "formula" }, made, paragraph(text));
}
