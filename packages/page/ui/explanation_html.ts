import type { Texts } from "../texts/en.ts";

/** What batch norm and batch renorm do, as markup: in the page's file, and on the page. */
export function explanationHtml({ code, explanation }: Texts): string {
  const sections = explanation.map(({ heading, text }) =>
    `<section><h2>${heading}</h2><p>${text}</p></section>`
  );
  return `<div class="prose" lang="${code}">${sections.join("\n")}</div>`;
}
