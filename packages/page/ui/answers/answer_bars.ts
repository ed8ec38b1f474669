/** The probabilities that a network gives the ten digits, as bars. */
import type { Formats } from "../../texts/formats.ts";
import type { Texts } from "../../texts/en.ts";
import { element, setText } from "../element.ts";
import { setAttributes, svg } from "../svg.ts";
import { toldBy } from "./told.ts";

/** The bars, and the digit that is told in words. */
export interface AnswerBars {
  readonly root: HTMLElement;
  /** Shows probabilities, those of before as outlines; nothing for null. */
  show(now: Float32Array | null, before: Float32Array | null): void;
}

const digits = Array.from({ length: 10 }, (_, digit) => digit);

/** Height of the largest probability, in pixels. */
const height = 56;

/** The probability that is drawn so tall at least, so that what is hardly sure looks so. */
const leastScale = 0.3;

/** Makes the bars of a network in a mode. */
export function makeAnswerBars(
  { percent }: Formats,
  words: Texts["answers"],
  mode: "trainingMode" | "evalMode",
): AnswerBars {
  const bars = digits.map((digit) => {
    const place = { x: `${10 * digit + 1.5}%`, width: "7%" };
    return {
      now: svg("rect", { class: "bar", rx: 1.5, ...place }),
      before: svg("rect", { class: "before", rx: 1.5, ...place }),
      label: svg("text", { x: `${10 * digit + 5}%`, y: height + 15 }, `${digit}`),
    };
  });
  const drawing = svg(
    "svg",
    { class: "bars", height: height + 18, "aria-hidden": "true" },
    svg("line", { class: "axis", x1: 0, x2: "100%", y1: height, y2: height }),
    ...bars.flatMap(({ now, before, label }) => [now, before, label]),
  );
  const digit = element("b", {}, "–");
  const share = element("span");
  return {
    root: element(
      "div",
      { class: "answer" },
      element("span", { class: "mode" }, words[mode]),
      element("p", { class: "told" }, digit, " ", share),
      drawing,
    ),
    show(now, before) {
      const told = now && toldBy(now);
      const scale = Math.max(
        leastScale,
        ...[...now ?? [], ...before ?? []].filter(Number.isFinite),
      );
      setText(digit, `${told?.digit ?? "–"}`);
      setText(share, told ? words.sure(percent(told.share)) : "");
      bars.forEach((bar, i) => {
        setHeight(bar.now, now?.[i], scale);
        setHeight(bar.before, before?.[i], scale);
        bar.label.classList.toggle("is-told", told?.digit === i);
        bar.now.classList.toggle("is-told", told?.digit === i);
      });
    },
  };
}

function setHeight(bar: SVGRectElement, share = 0, scale: number): void {
  const tall = Number.isFinite(share) ? height * share / scale : 0;
  setAttributes(bar, { y: height - tall, height: tall });
}
