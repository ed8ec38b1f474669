/** The top of the page: what it is about. */
import type { Texts } from "../texts/en.ts";
import type { Language } from "../texts/languages.ts";
import { element, link } from "./element.ts";
import { headerHtml } from "./header_html.ts";

/** Makes the header, with the link to the page in the other language. */
export function makeHeader(
  texts: Texts,
  addressOf: (changed: { language: Language }) => string,
  speak: (language: Language) => void,
  addressNotices: HTMLElement,
): HTMLElement {
  const language = texts.code === "en" ? "tr" : "en";
  const otherLanguage = link(
    () => addressOf({ language }),
    () => speak(language),
    { class: "language", lang: language, hreflang: language },
    texts.otherLanguage,
  );
  const intro = element("template");
  intro.innerHTML = headerHtml(texts);
  return element(
    "header",
    {},
    element("div", { class: "top" }, element("b", {}, texts.project), otherLanguage),
    addressNotices,
    intro.content,
  );
}
