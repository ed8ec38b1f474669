/** A digit of one's own, read by both networks in both modes. */
import { mt19937 } from "@renorm/experiments/data/mt19937";
import type { Images } from "../../protocol.ts";
import type { Answer } from "../../training/answer.ts";
import type { Both } from "../../training/pair.ts";
import { makeAnswersNote } from "../answers/answers_note.ts";
import { makeAnswersOfBoth } from "../answers/answers_of_both.ts";
import { batchPixels } from "../answers/batch_pixels.ts";
import { toldBy } from "../answers/told.ts";
import { button, element, setText } from "../element.ts";
import { gesture } from "../gesture.ts";
import { drawInk, makePicture } from "../picture.ts";
import type { View, ViewContext } from "../view.ts";
import { makePad } from "./pad.ts";
import { bitmapOf, countBlocks, type Strokes } from "./strokes.ts";

/** What is drawn, and beside whom; both outlive the view, which another language makes anew. */
let strokes: Strokes = [];
let company: readonly number[] = [];

/** Test images beside the drawing. */
const companySize = 3;

const words32 = mt19937(0);

/**
 * Makes the view.
 *
 * @param read has both networks read the first image of each batch
 */
export function drawView(
  { texts, formats, history }: ViewContext,
  images: () => Images | null,
  read: (batches: readonly Float32Array[]) => Promise<readonly Both<Answer>[]>,
  size: number,
): View {
  const words = texts.ownDigit;
  const seen = element("canvas", {
    width: size,
    height: size,
    role: "img",
    "aria-label": words.seen,
  });
  const others = Array.from({ length: companySize }, () => makePicture(size));
  const note = makeAnswersNote(texts, formats);
  const verdict = element("p", { class: "verdict", role: "status" });
  const answers = makeAnswersOfBoth(texts, formats, ["trainingMode", "evalMode"]);
  const ask = async () => {
    const all = images();
    const isReady = all !== null && history().points.length > 0;
    note.show(history());
    if (strokes.length === 0 || !isReady) {
      answers.show(null, null);
      return setText(verdict, strokes.length === 0 ? words.empty : "");
    }
    const drawn = countBlocks(bitmapOf(strokes));
    const [now] = await read([Float32Array.of(...drawn, ...batchPixels(all, company))]);
    if (strokes.length === 0) return;
    answers.show(now, null);
    const told = now.flatMap(({ trainingMode, evalMode }) =>
      [trainingMode, evalMode].map((probabilities) => `${toldBy(probabilities).digit ?? "–"}`)
    );
    setText(verdict, words.verdict(told[0], told[1], told[2], told[3]));
  };
  const show = () => {
    pad.show(strokes);
    drawInk(
      seen,
      strokes.length === 0 ? new Float32Array(size ** 2) : countBlocks(bitmapOf(strokes)),
    );
    undo.disabled = clear.disabled = strokes.length === 0;
    ask();
  };
  const change = (changed: Strokes) => {
    strokes = changed;
    show();
  };
  const pad = makePad(words, () => strokes, change);
  const take = (changed: Strokes) => {
    pad.lift();
    change(changed);
  };
  const undo = button(words.undo, () => take(strokes.slice(0, -1)));
  const clear = button(words.clear, () => take([]));
  const drawCompany = () => {
    const { labels, trainCount } = images()!;
    company = others.map(() => trainCount + words32.nextUint32() % (labels.length - trainCount));
  };
  const showCompany = () => {
    const all = images()!;
    others.forEach(({ show }, i) => show(all, company[i], `${all.labels[company[i]]}`));
  };
  const another = button(words.company, () => {
    drawCompany();
    showCompany();
    ask();
  });
  show();
  return {
    root: gesture(
      { class: "draw", id: "draw" },
      words,
      element(
        "div",
        { class: "drawing" },
        pad.root,
        element("div", { class: "buttons" }, undo, clear),
      ),
      element(
        "div",
        { class: "reading-of-drawing" },
        element(
          "figure",
          { class: "seen" },
          seen,
          element(
            "figcaption",
            { class: "help" },
            element("b", {}, words.seen),
            element("span", {}, words.seenText),
          ),
          element("div", { class: "pictures" }, ...others.map(({ canvas }) => canvas)),
          another,
        ),
        note.root,
        answers.root,
        verdict,
      ),
    ),
    update() {
      another.disabled = images() === null;
      if (images() !== null) {
        if (company.length === 0) drawCompany();
        showCompany();
      }
      ask();
    },
  };
}
