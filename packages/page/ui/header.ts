/** The top of the page: what it is about, and the button that begins. */
import type { Texts } from "../texts/en.ts";
import type { Language } from "../texts/languages.ts";
import { button, element, link, paragraph } from "./element.ts";

/** Makes the header, with the link to the page in the other language. */
export function makeHeader(
  texts: Texts,
  addressOf: (changed: { language: Language }) => string,
  speak: (language: Language) => void,
  addressNotices: HTMLElement,
  onBegin: () => void,
): HTMLElement {
  const language = texts.code === "en" ? "tr" : "en";
  const otherLanguage = link(
    texts.otherLanguage,
    () => addressOf({ language }),
    () => speak(language),
    { class: "language", lang: language, hreflang: language },
  );
  return element(
    "header",
    {},
    element("div", { class: "top" }, element("b", {}, texts.project), otherLanguage),
    addressNotices,
    element("h1", {}, texts.title),
    paragraph(texts.lead, { class: "lead" }),
    element(
      "div",
      { class: "begin" },
      button(texts.begin, onBegin, { class: "primary", id: "begin" }),
      element("p", { class: "help" }, texts.beginText),
    ),
  );
}
