import { element } from "./element.ts";

/** A row of a table. */
export function tableRow(tag: "th" | "td", cells: readonly string[]): HTMLTableRowElement {
  return element("tr", {}, ...cells.map((cell) => element(tag, {}, cell)));
}
