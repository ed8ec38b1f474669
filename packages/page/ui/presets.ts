import { readAddress } from "../address.ts";
import { allSettings } from "../settings_text.ts";
import type { PageSettings } from "../settings.ts";
import type { Texts } from "../texts/en.ts";
import { element, link } from "./element.ts";

/** The settings to try. */
export interface Presets {
  readonly root: HTMLElement;
  /** Marks the one that these settings are, whatever the seed. */
  show(settings: PageSettings): void;
}

/** Makes the settings to try, each with what to expect, as links that also work by themselves. */
export function makePresets(
  { presets }: Texts,
  addressOf: (preset: PageSettings) => string,
  onChoice: (preset: PageSettings) => void,
): Presets {
  const choices = presets.list.map(({ address, name, text }) => {
    const { settings } = readAddress(address);
    const chip = link(
      () => addressOf(settings),
      () => onChoice(settings),
      {},
      element("b", {}, name),
      " ",
      element("span", {}, text),
    );
    return { settings, chip };
  });
  return {
    root: element(
      "nav",
      { class: "presets", "aria-label": presets.label },
      ...choices.map(({ chip }) => chip),
    ),
    show(shown) {
      for (const { settings, chip } of choices) {
        const isShown = allSettings.every((name) =>
          name === "seed" || settings[name] === shown[name]
        );
        if (isShown) chip.setAttribute("aria-current", "true");
        else chip.removeAttribute("aria-current");
      }
    },
  };
}
