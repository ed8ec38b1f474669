/** What batch norm and batch renorm do, in a few sentences and pictures. */
import type { Images } from "../protocol.ts";
import type { Texts } from "../texts/en.ts";
import { element } from "./element.ts";
import { companies, explanationHtml } from "./explanation_html.ts";
import { makePicture } from "./picture.ts";

/** The explanation; its pictures come with the digits. */
export interface Explanation {
  readonly root: HTMLElement;
  showImages(images: Images): void;
}

/** Makes the explanation. */
export function makeExplanation(texts: Texts, size: number): Explanation {
  const template = element("template");
  template.innerHTML = explanationHtml(texts);
  const root = template.content.firstElementChild as HTMLElement;
  const figures = [...root.querySelectorAll(".company")].map((figure, i) => {
    const pictures = [...companies[i], companies[i][0]].map(() => makePicture(size));
    const canvases = pictures.map(({ canvas }) => canvas);
    const [batch, single] = figure.querySelectorAll(".pictures");
    batch.append(...canvases.slice(0, -1));
    single.append(...canvases.slice(-1));
    return pictures;
  });
  return {
    root,
    showImages(images: Images) {
      figures.forEach((pictures, f) => {
        // Of each digit another image every time.
        const indices = companies[f].map((digit, i) =>
          [...images.labels.keys()].filter((index) => images.labels[index] === digit)[i]
        );
        [...indices, indices[0]].forEach((index, i) =>
          pictures[i].show(images, index, String(images.labels[index]))
        );
      });
    },
  };
}
