import { element, setText } from "../element.ts";
import type { Formats } from "../../texts/formats.ts";
import type { Texts } from "../../texts/en.ts";
import type { History } from "../history.ts";

/** A line that says when the networks answered, or why their answers mean nothing yet. */
export interface AnswersNote {
  readonly root: HTMLElement;
  show(history: History, more?: string): void;
}

/** Makes the line. */
export function makeAnswersNote({ answers }: Texts, { integer }: Formats): AnswersNote {
  const root = element("p", { class: "help answers-note" });
  return {
    root,
    show({ points }, more = "") {
      const latest = points.at(-1);
      const isTrained = latest !== undefined && latest.step > 0;
      root.classList.toggle("is-untrained", !isTrained);
      if (isTrained) setText(root, `${answers.asOf(integer(latest.step))} ${more}`);
      else setText(root, latest === undefined ? answers.loading : answers.untrained);
    },
  };
}
