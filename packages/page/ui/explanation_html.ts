/** What batch norm and batch renorm do, as markup: in the page's file, and on the page. */
import type { Texts } from "../texts/en.ts";

/** The batches in the pictures; the first digit of each is the one that is used later. */
export const companies = [[3, 8, 1, 6], [3, 3, 3, 3]];

/** The three sections; the pictures have their places. */
export function explanationHtml(texts: Texts): string {
  const sections = texts.explanation.map(({ heading, text }, i) =>
    `<section><h2>${heading}</h2><p>${text}</p>${
      i < companies.length ? companyFigure(texts) : formula(texts)
    }</section>`
  );
  return `<div class="prose" lang="${texts.code}">${sections.join("\n")}</div>`;
}

/** An image in its batch, and by itself. */
function companyFigure({ company: words }: Texts): string {
  const part = (name: string, text: string) =>
    `<div><b>${name}</b><div class="pictures"></div><span>${text}</span></div>`;
  return `<figure class="company">${part(words.training, words.trainingText)}${
    part(words.use, words.useText)
  }</figure>`;
}

/** r, d and the output, set as mathematics; one sentence for those who hear it. */
function formula({ formula: { batch, running, label, text } }: Texts): string {
  const index = (name: string) => `<mtext><small>${name}</small></mtext>`;
  const sigma = (name: string) => `<msub><mi>σ</mi>${index(name)}</msub>`;
  const mu = (name: string) => `<msub><mi>μ</mi>${index(name)}</msub>`;
  const maths = [
    `<mi>r</mi><mo>=</mo><mfrac>${sigma(batch)}${sigma(running)}</mfrac>`,
    `<mi>d</mi><mo>=</mo><mfrac><mrow>${mu(batch)}<mo>−</mo>${mu(running)}</mrow>` +
    `${sigma(running)}</mfrac>`,
    '<mi>y</mi><mo>=</mo><mi>γ</mi><mo stretchy="false">(</mo><mi>z</mi><mo>·</mo><mi>r</mi>' +
    '<mo>+</mo><mi>d</mi><mo stretchy="false">)</mo><mo>+</mo><mi>β</mi>',
  ];
  return `<figure class="formula"><div class="maths" role="img" aria-label="${label}">${
    maths.map((one) => `<math displaystyle="true">${one}</math>`).join("")
  }</div><p>${text}</p></figure>`;
}
