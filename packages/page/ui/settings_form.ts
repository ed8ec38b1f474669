/** The controls of a run. */
import type { Address } from "../address.ts";
import { type PageSettings, ranges, type SliderName, sliderNames } from "../settings.ts";
import type { Formats } from "../texts/formats.ts";
import type { Texts } from "../texts/en.ts";
import { type BackendWish, backendWishes } from "../training/backend_wish.ts";
import { button, element, field, selectOf, setText } from "./element.ts";

/** The controls, and what they are set to. */
export interface SettingsForm {
  readonly root: HTMLElement;
  /** Sets them all, without a word to anybody. */
  show(settings: PageSettings): void;
}

/** What the form tells. */
export interface SettingsListener {
  onChange(change: Partial<PageSettings>): void;
  /** Something was typed that cannot be. */
  onWrong(text: string): void;
  onBackend(backend: BackendWish): void;
  onCopy(): void;
}

/** A control of one setting. */
interface Control<T> {
  readonly root: HTMLElement;
  show(value: T): void;
}

const drawings = ["class by class", "at random"] as const;

/** Makes the controls as an address sets them. */
export function makeSettingsForm(
  texts: Texts,
  formats: Formats,
  { settings, backend }: Pick<Address, "settings" | "backend">,
  { onChange, onWrong, onBackend, onCopy }: SettingsListener,
): SettingsForm {
  const { order, seed: seedWords, backend: backendWords, text, copy } = texts.settings;
  const sliders = sliderNames.map((name) =>
    makeSlider(texts, formats, name, (value) => onChange({ [name]: value }))
  );
  const orders = drawings.map((drawing) => order.options[drawing]);
  const orderSelect = selectOf("order", orders, 0, (i) => onChange({ drawing: drawings[i] }));
  const seed = makeSeed(texts, (seed) => onChange({ seed }), onWrong);
  const wishes = backendWishes.map((wish) => backendWords.options[wish]);
  const chosen = backendWishes.indexOf(backend);
  const backendSelect = selectOf("backend", wishes, chosen, (i) => onBackend(backendWishes[i]));
  const another = () => onChange({ seed: drawOther(1000, Number(seed.value())) });
  const root = element(
    "form",
    { class: "settings", "aria-label": texts.settings.heading },
    field(orderSelect, order.label, order),
    ...sliders.map(({ root }) => root),
    seed.root,
    element(
      "div",
      { class: "foot" },
      element("p", { class: "help" }, text),
      field(backendSelect, backendWords.label),
      button(seedWords.another, another, { id: "another" }),
      button(copy, onCopy, { id: "copy" }),
    ),
  );
  root.addEventListener("submit", (event) => event.preventDefault());
  const show = (settings: PageSettings) => {
    sliders.forEach((slider, i) => slider.show(settings[sliderNames[i]]));
    orderSelect.selectedIndex = drawings.indexOf(settings.drawing);
    seed.show(settings.seed);
  };
  show(settings);
  return { root, show };
}

/**
 * A slider over the stops of a setting, and over a value between them that an address asked for.
 */
function makeSlider(
  texts: Texts,
  formats: Formats,
  name: SliderName,
  onChange: (value: number) => void,
): Control<number> {
  let stops: readonly number[] = [];
  const { label, help } = texts.settings.sliders[name];
  const input = element("input", { type: "range", id: name, min: 0, step: 1 });
  const value = element("output", { for: name });
  const say = () => {
    setText(value, formats.setting(stops[input.valueAsNumber]));
    input.setAttribute("aria-valuetext", value.textContent);
  };
  input.addEventListener("input", say);
  input.addEventListener("change", () => onChange(stops[input.valueAsNumber]));
  return {
    root: field(input, label, { value, help }),
    show(shown) {
      stops = [...new Set([...ranges[name].stops, shown])].sort((a, b) => a - b);
      input.max = String(stops.length - 1);
      input.value = String(stops.indexOf(shown));
      say();
    },
  };
}

function makeSeed(
  texts: Texts,
  onChange: (seed: number) => void,
  onWrong: (text: string) => void,
): Control<number> & { value(): string } {
  const { label, help, wrong } = texts.settings.seed;
  const { least, most } = ranges.seed;
  const input = element("input", {
    type: "number",
    id: "seed",
    min: least,
    max: most,
    step: 1,
    required: true,
  });
  let shown = "0";
  input.addEventListener("change", () => {
    if (input.checkValidity()) return onChange(input.valueAsNumber);
    input.value = shown;
    onWrong(wrong(String(most), shown));
  });
  return {
    root: field(input, label, { help }),
    show: (seed) => input.value = shown = String(seed),
    value: () => shown,
  };
}

/** A random integer in [0, count), but not `present`. */
function drawOther(count: number, present: number): number {
  const drawn = Math.floor(Math.random() * count);
  return drawn === present ? (drawn + 1) % count : drawn;
}

/** What differs between the settings of two runs, in words. */
export function differenceInWords(
  texts: Texts,
  formats: Formats,
  of: PageSettings,
  from: PageSettings,
): string {
  const { order, sliders, seed } = texts.settings;
  const low = (text: string) => text.toLocaleLowerCase(texts.code);
  const names = sliderNames.filter((name) => of[name] !== from[name]);
  const parts = [
    ...of.drawing === from.drawing ? [] : [order.options[of.drawing]],
    ...names.map((name) => `${low(sliders[name].label)} ${formats.setting(of[name])}`),
    ...of.seed === from.seed ? [] : [`${low(seed.label)} ${of.seed}`],
  ];
  return parts.length === 0 ? texts.experiment.sameSettings : parts.join(", ");
}
