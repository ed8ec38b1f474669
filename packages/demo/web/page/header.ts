/** The top of the page: what it is about, and the button that begins. */
import type { Texts } from "../texts/en.ts";
import { button, element, paragraph } from "./element.ts";

/** Makes the header, with the link to the page in the other language. */
export function makeHeader(
  texts: Texts,
  otherLanguage: HTMLElement,
  onBegin: () => void,
): HTMLElement {
  return element(
    "header",
    {},
    element("div", { class: "top" }, element("b", {}, texts.project), otherLanguage),
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
