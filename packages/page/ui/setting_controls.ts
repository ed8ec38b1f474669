/** The controls of single settings. */
import { largestSeed, type PageSettings, ranges, type SliderName } from "../settings.ts";
import type { Formats } from "../texts/formats.ts";
import type { Texts } from "../texts/en.ts";
import { type BackendWish, backendWishes } from "../training/backend_wish.ts";
import { button, element, setText } from "./element.ts";

/** A control of one setting. */
export interface Control<T> {
  readonly root: HTMLElement;
  /** Sets it, without a word to anybody. */
  show(value: T): void;
}

/**
 * A slider over the stops of a setting, and over a value between them that an address asked for.
 */
export function makeSlider(
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

/** Two choices: how batches are drawn. */
export function makeOrder(
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

/** A number and a button that draws another. */
export function makeSeed(
  texts: Texts,
  onChange: (seed: number) => void,
  onWrong: (text: string) => void,
): Control<number> {
  const { label, help, another, wrong } = texts.settings.seed;
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
    if (input.checkValidity()) return onChange(input.valueAsNumber);
    input.value = String(shown);
    onWrong(wrong(String(largestSeed), String(shown)));
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
        button(another, () => onChange(drawOther(1000, shown))),
      ),
      helpText("seed", help),
    ),
    show(seed) {
      shown = seed;
      input.value = String(seed);
    },
  };
}

/** A random integer in [0, count), but not `present`. */
function drawOther(count: number, present: number): number {
  const drawn = Math.floor(Math.random() * count);
  return drawn === present ? (drawn + 1) % count : drawn;
}

/** What the training runs on. */
export function makeBackend(
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
