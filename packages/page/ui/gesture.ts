import { type Attributes, element, paragraph } from "./element.ts";

/** A part of the page to play with: what it is about, and a card that holds it. */
export function gesture(
  attributes: Attributes,
  { heading, text }: { readonly heading: string; readonly text: string },
  ...card: readonly Node[]
): HTMLElement {
  return element(
    "section",
    attributes,
    element("h2", {}, heading),
    paragraph(text, { class: "caption" }),
    element("div", { class: "card" }, ...card),
  );
}
