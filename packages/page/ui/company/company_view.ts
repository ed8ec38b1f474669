/** One digit in company that can be changed: do the networks still read it as they did? */
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
import { makePicture } from "../picture.ts";
import type { View, ViewContext } from "../view.ts";
import {
  companyKinds,
  companySize,
  drawCompany,
  joinedBy,
  pick,
  type TestDigits,
  testDigits,
} from "./company.ts";

/** What is read beside what, by index; it outlives the view, which another language makes anew. */
let chosen: { readonly image: number; readonly company: readonly number[] } | null = null;

const words32 = mt19937(0);
const random = () => words32.nextUint32() / 2 ** 32;

/** The digit that is read at first. */
const firstDigit = 0;

/**
 * Makes the view.
 *
 * @param read has both networks read the first image of each batch
 */
export function companyView(
  { texts, formats, history }: ViewContext,
  images: () => Images | null,
  read: (batches: readonly Float32Array[]) => Promise<readonly Both<Answer>[]>,
  size: number,
): View {
  const words = texts.otherCompany;
  let byDigit: TestDigits | null = null;
  /** The company of this image before. */
  let before: readonly number[] | null = null;
  /** What came of the last choice has not been said, whether another measurement asks or not. */
  let isUnsaid = false;

  const note = makeAnswersNote(texts, formats);
  const verdict = element("p", { class: "verdict", role: "status" });
  const answers = makeAnswersOfBoth(texts, formats, ["trainingMode"]);
  const batch = Array.from({ length: 1 + companySize }, () => makePicture(size));
  const thumbnails = (label: (digit: string) => string, onPress: (digit: number) => void) =>
    Array.from({ length: 10 }, (_, digit) => {
      const picture = makePicture(size);
      const root = button("", () => onPress(digit), {
        class: "thumbnail",
        "aria-label": label(`${digit}`),
        "data-digit": digit,
      });
      root.append(picture.canvas);
      return { root, picture };
    });

  /** Shows and asks anew; the company before is kept to compare with. */
  const choose = (image: number, company: readonly number[]) => {
    before = image === chosen?.image ? chosen.company : null;
    chosen = { image, company };
    setText(verdict, "");
    showBatch();
    isUnsaid = true;
    ask();
  };
  const chooseDigit = (digit: number) => {
    const others = byDigit![digit].filter((index) => index !== chosen?.image);
    const image = pick(others, random);
    choose(image, drawCompany("same", image, digit, byDigit!, random));
  };
  const digitOf = (index: number) => images()!.labels[index];
  const digits = thumbnails(words.read, chooseDigit);
  const neighbours = thumbnails(words.beside, (digit) => {
    const { image, company } = chosen!;
    const others = byDigit![digit].filter((index) => ![image, ...company].includes(index));
    choose(image, joinedBy(company, pick(others, random)));
  });
  const kinds = companyKinds.map((kind) =>
    button(words.kinds[kind], () => {
      const { image } = chosen!;
      choose(image, drawCompany(kind, image, digitOf(image), byDigit!, random));
    })
  );
  const another = button(words.another, () => chooseDigit(digitOf(chosen!.image)));
  const controls = [...digits, ...neighbours].map(({ root }) => root).concat(kinds, another);

  const showBatch = () => {
    const { image, company } = chosen!;
    const label = (index: number) => String(digitOf(index));
    batch[0].show(images()!, image, words.picture(label(image)));
    company.forEach((index, i) =>
      batch[i + 1].show(images()!, index, words.neighbour(label(index)))
    );
    digits.forEach(({ root }, digit) =>
      root.setAttribute("aria-pressed", `${digit === digitOf(image)}`)
    );
  };
  const ask = async () => {
    const { image, company } = chosen!;
    const companies = before === null ? [company] : [company, before];
    const [now, then = null] = await read(
      companies.map((others) => batchPixels(images()!, [image, ...others])),
    );
    answers.show(now, then);
    sayNote();
    if (isUnsaid && then !== null) setText(verdict, compare(then, now));
    isUnsaid = false;
  };
  const sayNote = () => note.show(history(), before === null ? "" : words.before);
  const compare = (before: Both<Answer>, now: Both<Answer>) => {
    const said = texts.norms.map((norm, n) => {
      const [a, b] = [before[n].trainingMode, now[n].trainingMode];
      const [was, is] = [a, b].map((probabilities) => `${toldBy(probabilities).digit ?? "–"}`);
      if (was !== is) return words.changed(norm, is, was);
      const moved = Math.max(...a.map((share, digit) => Math.abs(share - b[digit])));
      return words.stays(norm, is, formats.percent(moved));
    });
    return `${said.join("; ")}.`;
  };

  return {
    root: gesture(
      { class: "company-choice", id: "company" },
      words,
      element(
        "div",
        { class: "choosing" },
        group(words.digit, ten(digits), another),
        group(words.company, ...kinds),
        group(words.palette, ten(neighbours)),
      ),
      element("div", { class: "batch-of-one" }, ...batch.map(({ canvas }) => canvas)),
      note.root,
      answers.root,
      verdict,
    ),
    update() {
      const all = images();
      const isReady = all !== null && history().points.length > 0;
      for (const control of controls) control.disabled = !isReady;
      sayNote();
      if (!isReady) return answers.show(null, null);
      if (byDigit === null) {
        byDigit = testDigits(all.labels, all.trainCount);
        for (const row of [digits, neighbours]) {
          row.forEach(({ picture }, digit) => picture.show(all, byDigit![digit][0], `${digit}`));
        }
        if (chosen === null) {
          const [image] = byDigit[firstDigit];
          chosen = { image, company: drawCompany("same", image, firstDigit, byDigit, random) };
        }
        showBatch();
      }
      ask();
    },
  };

  function ten(thumbnails: readonly { readonly root: HTMLElement }[]): HTMLElement {
    return element("div", { class: "ten" }, ...thumbnails.map(({ root }) => root));
  }

  function group(label: string, ...children: HTMLElement[]): HTMLElement {
    return element(
      "div",
      { class: "thumbnails", role: "group", "aria-label": label },
      element("span", { class: "label", "aria-hidden": "true" }, label),
      ...children,
    );
  }
}
