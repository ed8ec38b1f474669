import { readAddress } from "../address.ts";
import type { PageSettings } from "../settings.ts";
import type { Texts } from "../texts/en.ts";
import { element, link, paragraph } from "./element.ts";

/** Settings to try, each a link that also works by itself. */
export function makePresets(
  { presets }: Texts,
  addressOf: (preset: PageSettings) => string,
  onChoice: (preset: PageSettings) => void,
): HTMLElement {
  const items = presets.list.map(({ address, name, text }) => {
    const { settings } = readAddress(address);
    const choice = link(name, () => addressOf(settings), () => onChoice(settings));
    return element("li", {}, choice, element("span", {}, text));
  });
  return element(
    "section",
    { class: "presets", id: "presets" },
    element("h2", {}, presets.heading),
    paragraph(presets.text),
    element("ul", {}, ...items),
  );
}
