/** r or d: its formula with the numbers of now, and a gauge with its limits. */
import { element, paragraph, setText } from "../element.ts";
import { setAttributes, svg } from "../svg.ts";
import type { Formats } from "../../texts/formats.ts";
import type { Texts } from "../../texts/en.ts";
import type { Limits } from "@renorm/core-math";
import type { Normalised } from "./channel.ts";
import { type Axis, makeMark, makeSpan, placeOf } from "./number_line.ts";

/** What is shown of r or d. */
export interface CorrectionView {
  readonly root: HTMLElement;
  show(normalised: Normalised, limits: Limits): void;
}

/** The gauges: r on a logarithmic scale, so that 2 and 1/2 are as far from 1. */
const gauges = {
  r: { axis: { low: -Math.log(4), high: Math.log(4) }, scale: Math.log, none: 1 },
  d: { axis: { low: -3, high: 3 }, scale: (d: number) => d, none: 0 },
} as const;

const middle = 15;

/** Makes the view of r or of d; `control` is the slider of its limit. */
export function makeCorrectionView(
  name: "r" | "d",
  texts: Texts,
  formats: Formats,
  control: HTMLElement,
): CorrectionView {
  const { axis, scale, none }: { axis: Axis; scale(value: number): number; none: number } =
    gauges[name];
  const words = texts.oneChannel;
  const allowed = svg("rect", { class: "allowed", y: middle - 8, height: 16, rx: 3 });
  const cut = makeSpan(axis, middle, middle, "cut");
  const open = makeMark(axis, middle, "open", svg("circle", { r: 6 }));
  const used = makeMark(axis, middle, "used", svg("circle", { r: 6 }));
  const zero = makeMark(axis, middle, "none", svg("path", { d: "M0-12V12" }));
  zero.move(scale(none));
  const gauge = svg(
    "svg",
    { class: "gauge", role: "img", height: 2 * middle },
    allowed,
    zero.root,
    cut.root,
    open.root,
    used.root,
  );
  const formula = formulaOf(formulas[name](words.batch, words.running));
  const cutWords = element("span", { class: "cut-words", "aria-hidden": "true" });
  const reading = paragraph("", { class: "reading" });
  return {
    root: element(
      "div",
      { class: `correction ${name}` },
      formula,
      element("div", { class: "gauge-line" }, gauge, cutWords),
      control,
      reading,
    ),
    show(normalised, { rmax, dmax }) {
      const { batch, running, open: before, used: after } = normalised;
      const inWords = formats.decimal;
      const [low, high] = name === "r" ? [1 / rmax, rmax] : [-dmax, dmax];
      const [left, right] = [low, high].map((end) => placeOf(scale(end), axis));
      setAttributes(allowed, { x: `${left}%`, width: `${right - left}%` });
      const isClipped = before[name] !== after[name];
      open.move(scale(before[name]));
      used.move(scale(after[name]));
      cut.move(scale(after[name]), scale(before[name]));
      for (const { root } of [open, cut]) root.classList.toggle("gone", !isClipped);
      const numbers: Record<string, number> = {
        "batch-mean": batch.mean,
        "batch-deviation": batch.deviation,
        "running-mean": running.mean,
        "running-deviation": running.deviation,
        value: before[name],
      };
      for (const place of formula.querySelectorAll("[data-number]")) {
        const name = place.getAttribute("data-number")!;
        const text = inWords(numbers[name]);
        // What is taken off and below 0 stands in brackets.
        setText(place, name === "running-mean" && numbers[name] < 0 ? `(${text})` : text);
      }
      setText(cutWords, isClipped ? `${words.clipped}: ${inWords(after[name])}` : "");
      const said = [before[name], after[name], low, high].map(inWords);
      gauge.setAttribute("aria-label", words.gauge(name, said[0], said[1], said[2], said[3]));
      reading.innerHTML = name === "r" ? sayR(before.r) : sayD(before.d);
    },
  };

  function sayR(r: number): string {
    if (inRough(r) === inRough(1)) return words.r.none;
    return (r > 1 ? words.r.wider : words.r.narrower)(formats.decimal(r));
  }

  function sayD(d: number): string {
    if (inRough(d) === 0) return words.d.none;
    return (d > 0 ? words.d.above : words.d.below)(formats.decimal(Math.abs(d)));
  }
}

/** As near as the words look. */
function inRough(value: number): number {
  return Math.round(20 * value) / 20 + 0;
}

/** What batch renorm makes of what batch norm makes, in the colours of both. */
export function outputFormula(): HTMLElement {
  return formulaOf(
    maths(
      '<mi class="batch-renorm">y</mi><mo>=</mo><mi class="batch-norm">z</mi><mo>·</mo>' +
        '<mi class="of-correction">r</mi><mo>+</mo><mi class="of-correction">d</mi>',
    ),
  );
}

function formulaOf(markup: string): HTMLElement {
  const made = element("div", { class: "formula-line", "aria-hidden": "true" });
  made.innerHTML = markup;
  return made;
}

/** The formulas with symbols in the colours of their marks, and places for numbers. */
const formulas: Readonly<Record<"r" | "d", (batch: string, running: string) => string>> = {
  r: (batch, running) =>
    withNumbers(
      "r",
      fraction(symbol("σ", "of-batch", batch), symbol("σ", "running", running)),
      fraction(number("batch-deviation", "of-batch"), number("running-deviation", "running")),
    ),
  d: (batch, running) =>
    withNumbers(
      "d",
      fraction(
        `${symbol("μ", "of-batch", batch)}<mo>−</mo>${symbol("μ", "running", running)}`,
        symbol("σ", "running", running),
      ),
      fraction(
        `${number("batch-mean", "of-batch")}<mo>−</mo>${number("running-mean", "running")}`,
        number("running-deviation", "running"),
      ),
    ),
};

/** In two parts, which stand one below the other where there is little room. */
function withNumbers(name: string, symbols: string, numbers: string): string {
  return maths(`<mi class="of-correction">${name}</mi><mo>=</mo>${symbols}`) +
    maths(`<mo>=</mo>${numbers}<mo>=</mo>${number("value", "of-correction")}`);
}

function maths(content: string): string {
  return `<math displaystyle="true">${content}</math>`;
}

function fraction(above: string, below: string): string {
  return `<mfrac><mrow>${above}</mrow><mrow>${below}</mrow></mfrac>`;
}

function symbol(letter: string, of: string, index: string): string {
  return `<msub class="${of}"><mi>${letter}</mi><mtext><small>${index}</small></mtext></msub>`;
}

function number(name: string, of: string): string {
  return `<mn class="${of}" data-number="${name}"></mn>`;
}
