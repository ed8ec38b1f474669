/** Pictures of the batch that was learned from last. */
import { element, setText } from "./element.ts";
import { makePicture } from "./picture.ts";
import type { View, ViewContext } from "./view.ts";

/** Height and width of a digit, in pixels. */
const imageSize = 8;

/** Pictures at most. */
const places = 16;

/** Makes the pictures. */
export function batchView({ texts, history, images, settings }: ViewContext): View {
  const words = element("p", { class: "words" }, texts.batch.none);
  const pictures = Array.from({ length: places }, () => makePicture(imageSize));
  const more = element("span", { class: "more" });
  return {
    root: element(
      "div",
      { class: "batch" },
      element("b", {}, texts.batch.heading),
      element("div", { class: "pictures" }, ...pictures.map(({ canvas }) => canvas), more),
      words,
    ),
    update() {
      const { steps } = history();
      const digits = images();
      const shown = digits === null ? [] : steps.at(-1)?.images ?? [];
      // Before the first step as many are empty, so that nothing will move.
      const count = shown.length || settings().batchSize;
      pictures.forEach(({ canvas, show, clear }, i) => {
        canvas.hidden = i >= count;
        canvas.ariaHidden = String(i >= shown.length);
        if (i >= shown.length) return clear();
        show(digits!, shown[i], String(digits!.labels[shown[i]]));
      });
      setText(more, count > places ? `+ ${count - places}` : "");
      const labels = [...new Set(shown.map((index) => digits!.labels[index]))].sort();
      setText(words, shown.length === 0 ? texts.batch.none : texts.batch.text(labels.join(", ")));
    },
  };
}
