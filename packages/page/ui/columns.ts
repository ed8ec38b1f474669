/** Batch norm beside batch renorm. */
import type { Texts } from "../texts/en.ts";
import { element, paragraph } from "./element.ts";
import { forBoth, networkClasses, type NetworkIndex, type View } from "./view.ts";

/** A section with a column for each network. */
export function columns(
  { norms }: Texts,
  id: string,
  { heading, text }: { readonly heading?: string; readonly text?: string },
  make: (network: NetworkIndex) => View,
): View {
  const views = forBoth(make);
  const root = element("section", { id });
  if (heading) root.append(element("h2", {}, heading));
  if (text) root.append(paragraph(text, { class: "caption" }));
  root.append(element(
    "div",
    { class: "columns" },
    ...views.map(({ root }, n) =>
      element(
        "div",
        { class: `column ${networkClasses[n]}` },
        element("p", { class: "name" }, sign(), norms[n]),
        root,
      )
    ),
  ));
  return { root, update: () => views.forEach(({ update }) => update()) };
}

/** The sign of the network in whose colour something stands. */
export function sign(): HTMLElement {
  return element("i", { class: "sign", "aria-hidden": "true" });
}
