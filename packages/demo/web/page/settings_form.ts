/** The controls of a run. */
import type { Address } from "../address.ts";
import {
  largestSeed,
  type PageSettings,
  ranges,
  type SliderName,
  sliderNames,
} from "../settings.ts";
import type { Formats } from "../texts/formats.ts";
import type { Texts } from "../texts/en.ts";
import { type BackendWish, backendWishes } from "../training/backend_wish.ts";
import { button, element, setText } from "./element.ts";

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
  onBackend(backend: BackendWish): void;
}

/** Makes the controls as an address sets them. */
export function makeSettingsForm(
  texts: Texts,
  formats: Formats,
  { settings, backend }: Address,
  { onChange, onBackend }: SettingsListener,
): SettingsForm {
  const sliders = sliderNames.map((name) =>
    makeSlider(texts, formats, name, (value) => onChange({ [name]: value }))
  );
  const order = makeOrder(texts, (drawing) => onChange({ drawing }));
  const seed = makeSeed(texts, (seed) => onChange({ seed }));
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

/** A control of one setting. */
interface Control<T> {
  readonly root: HTMLElement;
  show(value: T): void;
}

/** A slider over the stops of a setting, and over a value between them that an address asked for. */
function makeSlider(
  texts: Texts,
  formats: Formats,
  name: SliderName,
  onChange: (value: number) => void,
): Control<number> {
  let stops: readonly number[] = [];
  const { label, help } = texts.settings.sliders[name];
  const input = element("input", {
    type: "range",
    id: name,
    min: 0,
    step: 1,
    "aria-describedby": `${name}-help`,
  });
  const value = element("output", { for: name });
  const say = () => {
    setText(value, formats.setting(stops[input.valueAsNumber]));
    input.setAttribute("aria-valuetext", value.textContent);
  };
  input.addEventListener("input", say);
  input.addEventListener("change", () => onChange(stops[input.valueAsNumber]));
  return {
    root: element(
      "div",
      { class: "field" },
      element("label", { for: name }, label),
      value,
      input,
      helpText(name, help),
    ),
    show(shown) {
      stops = [...new Set([...ranges[name].stops, shown])].sort((a, b) => a - b);
      input.max = String(stops.length - 1);
      input.value = String(stops.indexOf(shown));
      say();
    },
  };
}

function makeOrder(
  texts: Texts,
  onChange: (drawing: PageSettings["drawing"]) => void,
): Control<PageSettings["drawing"]> {
  const { label, help, classByClass, atRandom } = texts.settings.order;
  const choices = [["class by class", classByClass], ["at random", atRandom]] as const;
  const inputs = choices.map(([drawing]) => {
    const input = element("input", { type: "radio", name: "order", value: drawing });
    input.addEventListener("change", () => onChange(drawing));
    return input;
  });
  return {
    root: element(
      "fieldset",
      { class: "field", "aria-describedby": "order-help" },
      element("legend", {}, label),
      element(
        "div",
        { class: "choices" },
        ...inputs.map((input, i) => element("label", {}, input, choices[i][1])),
      ),
      helpText("order", help),
    ),
    show: (drawing) => inputs.forEach((input) => input.checked = input.value === drawing),
  };
}

function makeSeed(texts: Texts, onChange: (seed: number) => void): Control<number> {
  const { label, help, another } = texts.settings.seed;
  const input = element("input", {
    type: "number",
    id: "seed",
    min: 0,
    max: largestSeed,
    step: 1,
    required: true,
    "aria-describedby": "seed-help",
  });
  let shown = 0;
  input.addEventListener("change", () => {
    // What is no seed goes back to the one in force.
    if (input.checkValidity()) onChange(input.valueAsNumber);
    else input.value = String(shown);
  });
  return {
    root: element(
      "div",
      { class: "field" },
      element("label", { for: "seed" }, label),
      element(
        "div",
        { class: "choices" },
        input,
        button(another, () => onChange(Math.floor(Math.random() * 1000))),
      ),
      helpText("seed", help),
    ),
    show(seed) {
      shown = seed;
      input.value = String(seed);
    },
  };
}

function makeBackend(
  texts: Texts,
  chosen: BackendWish,
  onChange: (backend: BackendWish) => void,
): HTMLElement {
  const { label, help, options } = texts.settings.backend;
  const select = element(
    "select",
    { id: "backend", "aria-describedby": "backend-help" },
    ...backendWishes.map((wish) =>
      element("option", { value: wish, selected: wish === chosen }, options[wish])
    ),
  );
  select.addEventListener("change", () => onChange(backendWishes[select.selectedIndex]));
  return element(
    "div",
    { class: "field" },
    element("label", { for: "backend" }, label),
    select,
    helpText("backend", help),
  );
}

function helpText(name: string, text: string): HTMLElement {
  return element("p", { class: "help", id: `${name}-help` }, text);
}
