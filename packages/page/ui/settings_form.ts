/** The controls of a run. */
import type { Address } from "../address.ts";
import { type PageSettings, sliderNames } from "../settings.ts";
import type { Formats } from "../texts/formats.ts";
import type { Texts } from "../texts/en.ts";
import type { BackendWish } from "../training/backend_wish.ts";
import { element, setText } from "./element.ts";
import { makeBackend, makeOrder, makeSeed, makeSlider } from "./setting_controls.ts";

/** The controls, and what they are set to. */
export interface SettingsForm {
  readonly root: HTMLElement;
  /** What they are set to, in a line. */
  readonly summary: HTMLElement;
  /** Sets them all. */
  show(settings: PageSettings): void;
}

/** What the form tells. */
export interface SettingsListener {
  onChange(change: Partial<PageSettings>): void;
  /** Something was typed that cannot be. */
  onWrong(text: string): void;
  onBackend(backend: BackendWish): void;
}

/** Makes the controls as an address sets them. */
export function makeSettingsForm(
  texts: Texts,
  formats: Formats,
  { settings, backend }: Pick<Address, "settings" | "backend">,
  { onChange, onWrong, onBackend }: SettingsListener,
): SettingsForm {
  const sliders = sliderNames.map((name) =>
    makeSlider(texts, formats, name, (value) => onChange({ [name]: value }))
  );
  const order = makeOrder(texts, (drawing) => onChange({ drawing }));
  const seed = makeSeed(texts, (seed) => onChange({ seed }), onWrong);
  const root = element(
    "form",
    { class: "settings" },
    order.root,
    ...sliders.map(({ root }) => root),
    seed.root,
    makeBackend(texts, backend, onBackend),
  );
  const summary = element("span", { class: "help" });
  root.addEventListener("submit", (event) => event.preventDefault());
  const show = (settings: PageSettings) => {
    sliders.forEach((slider, i) => slider.show(settings[sliderNames[i]]));
    order.show(settings.drawing);
    seed.show(settings.seed);
    setText(summary, summarize(texts, formats, settings));
  };
  show(settings);
  return { root, summary, show };
}

function summarize(texts: Texts, formats: Formats, settings: PageSettings): string {
  const { order, sliders, seed, summary } = texts.settings;
  const { drawing, batchSize } = settings;
  const others = sliderNames.filter((name) => name !== "batchSize").map((name) =>
    `${sliders[name].label.toLocaleLowerCase(texts.code)} ${formats.setting(settings[name])}`
  );
  return summary(
    drawing === "at random" ? order.atRandom : order.classByClass,
    formats.setting(batchSize),
    [...others, `${seed.label.toLocaleLowerCase(texts.code)} ${settings.seed}`].join(", "),
  );
}
