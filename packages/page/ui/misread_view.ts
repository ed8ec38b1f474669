/** Pictures of the digits that a network misreads at inference. */
import type { Images } from "../protocol.ts";
import type { Misread } from "../training/measured_images.ts";
import { element, setText } from "./element.ts";
import { makePicture } from "./picture.ts";
import type { NetworkIndex, ViewContext } from "./charts/parts.ts";
import type { View } from "./view.ts";

/** Pictures at most. */
const places = 24;

/** Makes the pictures of a network. */
export function misreadView(
  { texts, formats, history }: ViewContext,
  network: NetworkIndex,
  images: () => Images | null,
  size: number,
): View {
  const words = element("p", { class: "reading" }, texts.waiting);
  const slots = Array.from({ length: places }, () => {
    const picture = makePicture(size);
    const caption = element("figcaption", { "aria-hidden": "true" });
    const figure = element("figure", { hidden: true }, picture.canvas, caption);
    return { picture, caption, figure };
  });
  const grid = element("div", { class: "pictures" }, ...slots.map(({ figure }) => figure));
  const show = (misread: readonly Misread[], digits: Images) => {
    slots.forEach(({ picture, caption, figure }, i) => {
      figure.hidden = i >= misread.length;
      if (figure.hidden) return;
      const { index, label, inEval } = misread[i];
      picture.show(digits, index, texts.misread.picture(label, inEval));
      setText(caption, `${label} → ${inEval ?? "?"}`);
    });
  };
  return {
    root: element("div", { class: "misread" }, words, grid),
    update() {
      const { latest } = history();
      const digits = images();
      if (latest === null || digits === null) {
        setText(words, texts.waiting);
        return show([], digits!);
      }
      const { misread } = latest.readings[network];
      setText(words, inWords(misread, latest.readCount));
      show(misread, digits);
    },
  };

  function inWords(misread: readonly Misread[], count: number): string {
    const { reading, common, none } = texts.misread;
    const all = reading(formats.integer(misread.length), formats.integer(count));
    if (misread.length < 2) return all;
    if (misread.every(({ inEval }) => inEval === null)) return `${all} ${none}`;
    const told = Array.from(
      { length: 10 },
      (_, digit) => misread.filter(({ inEval }) => inEval === digit).length,
    );
    const most = told.indexOf(Math.max(...told));
    return `${all} ${common(most, formats.percent(told[most] / misread.length))}`;
  }
}
