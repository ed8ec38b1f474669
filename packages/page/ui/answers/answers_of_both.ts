import type { Formats } from "../../texts/formats.ts";
import type { Texts } from "../../texts/en.ts";
import type { Answer } from "../../training/answer.ts";
import type { Both } from "../../training/pair.ts";
import { element } from "../element.ts";
import { forBoth } from "../view.ts";
import { type AnswerBars, makeAnswerBars } from "./answer_bars.ts";

/** The answers of both networks side by side. */
export interface AnswersOfBoth {
  readonly root: HTMLElement;
  /** Shows answers, those of before as outlines; nothing for null. */
  show(now: Both<Answer> | null, before: Both<Answer> | null): void;
}

/** Makes the bars of both networks for some modes. */
export function makeAnswersOfBoth(
  texts: Texts,
  formats: Formats,
  modes: readonly (keyof Answer)[],
): AnswersOfBoth {
  const bars: Both<AnswerBars[]> = forBoth(() =>
    modes.map((mode) => makeAnswerBars(formats, texts.answers, mode))
  );
  const column = (n: 0 | 1) =>
    element(
      "div",
      { class: n === 0 ? "batch-norm" : "batch-renorm" },
      element("h3", {}, element("i", { class: "sign", "aria-hidden": "true" }), texts.norms[n]),
      ...bars[n].map(({ root }) => root),
    );
  return {
    root: element("div", { class: "answers" }, ...forBoth(column)),
    show(now, before) {
      forBoth((n) =>
        modes.forEach((mode, m) => bars[n][m].show(now && now[n][mode], before && before[n][mode]))
      );
    },
  };
}
