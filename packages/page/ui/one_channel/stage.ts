/** The batch on its line, and above and below it where both norms put it. */
import { element } from "../element.ts";
import { setAttributes, svg } from "../svg.ts";
import type { Formats } from "../../texts/formats.ts";
import {
  type Channel,
  counts,
  type Normalised,
  reach,
  withDeviation,
  withMean,
  withValue,
} from "./channel.ts";
import { type Axis, makeDraggable, makeMark, makeSpan, placeOf, sayValue } from "./number_line.ts";
import type { OneChannelTexts } from "./texts.ts";

const axis: Axis = { low: -reach, high: reach };

/** Heights of the lines, in pixels. */
const heights = { batchNorm: 34, batch: 142, batchRenorm: 250, numbers: 282 } as const;

/** Of the batch's mean and deviation, between its line and batch renorm's. */
const handleHeight = heights.batch + 34;

/** The drawing. */
export interface Stage {
  readonly root: HTMLElement;
  show(channel: Channel, normalised: Normalised): void;
}

/** Makes the drawing, which tells of every change by hand. */
export function makeStage(
  texts: OneChannelTexts,
  formats: Formats,
  onChange: (change: (channel: Channel) => Channel) => void,
): Stage {
  let channel: Channel;
  let normalised: Normalised;
  const dot = (y: number, name: string) => makeMark(axis, y, name, svg("circle", { r: 6 }));
  const diamond = (y: number, name: string) =>
    makeMark(axis, y, name, svg("path", { d: "M0-7L7 0L0 7L-7 0Z" }));
  const ring = (y: number, of: string) =>
    makeMark(axis, y, `ring ${of}`, svg("circle", { r: 9.5 }));
  const places = Array.from({ length: counts.most }, (_, place) => {
    const value = makeMark(
      axis,
      heights.batch,
      "value handle",
      svg("circle", { class: "hit", r: 17 }),
      svg("circle", { r: 8 }),
    );
    makeDraggable(value, axis, {
      label: texts.value(`${place + 1}`),
      range: axis,
      value: () => channel.values[place],
      change: (to) => onChange((channel) => withValue(channel, place, to)),
    });
    return {
      value,
      up: makeSpan(axis, heights.batch, heights.batchNorm, "flow batch-norm"),
      down: makeSpan(axis, heights.batch, heights.batchRenorm, "flow batch-renorm"),
      batchNorm: diamond(heights.batchNorm, "output batch-norm"),
      batchRenorm: dot(heights.batchRenorm, "output batch-renorm"),
      rings: [ring(heights.batchNorm, "batch-norm"), ring(heights.batchRenorm, "batch-renorm")],
    };
  });

  const running = {
    band: svg("rect", { class: "running band", y: heights.batch - 16, height: 32, rx: 4 }),
    mean: makeMark(axis, heights.batch, "running", svg("path", { d: "M0-21V21" })),
  };
  const spread = makeSpan(axis, handleHeight, handleHeight, "moment");
  const hit = () => svg("circle", { class: "hit", r: 17 });
  const mean = makeMark(
    axis,
    handleHeight,
    "moment handle",
    hit(),
    svg("path", { d: "M0-13L8 2V9H-8V2Z" }),
  );
  const deviation = makeMark(
    axis,
    handleHeight,
    "moment handle",
    hit(),
    svg("path", { d: "M-3-9H3V9H-3Z" }),
  );
  makeDraggable(mean, axis, {
    label: texts.mean,
    range: axis,
    value: () => normalised.batch.mean,
    change: (to) => onChange((channel) => withMean(channel, to)),
  });
  makeDraggable(deviation, axis, {
    label: texts.deviation,
    range: { low: 0, high: reach },
    value: () => normalised.batch.deviation,
    change: (to) => onChange((channel) => withDeviation(channel, to)),
  });

  const { lines } = texts;
  const drawing = svg(
    "svg",
    { class: "stage", role: "group", "aria-label": texts.heading, height: heights.numbers + 8 },
    line(heights.batchNorm),
    line(heights.batch),
    line(heights.batchRenorm),
    ...numbers(formats),
    running.band,
    running.mean.root,
    spread.root,
    ...places.flatMap(({ up, down }) => [up.root, down.root]),
    ...places.flatMap(({ rings }) => rings.map(({ root }) => root)),
    ...places.flatMap(({ batchNorm, batchRenorm }) => [batchNorm.root, batchRenorm.root]),
    name(heights.batchNorm, "batch-norm", lines.batchNorm),
    name(heights.batch, "of-batch", lines.batch),
    name(heights.batchRenorm, "batch-renorm", lines.batchRenorm),
    mean.root,
    deviation.root,
    ...places.map(({ value }) => value.root),
  );
  return {
    root: element("div", {}, drawing),
    show(changed, outcome) {
      [channel, normalised] = [changed, outcome];
      const { batch, running: before, batchNorm, batchRenorm, inference } = normalised;
      const inWords = formats.decimal;
      places.forEach((marks, i) => {
        const isThere = i < channel.values.length;
        const all = [marks.value, marks.up, marks.down, marks.batchNorm, marks.batchRenorm];
        for (const { root } of [...all, ...marks.rings]) root.classList.toggle("gone", !isThere);
        if (!isThere) return;
        const value = channel.values[i];
        marks.value.move(value);
        marks.up.move(value, batchNorm[i]);
        marks.down.move(value, batchRenorm[i]);
        marks.batchNorm.move(batchNorm[i]);
        marks.batchRenorm.move(batchRenorm[i]);
        for (const one of marks.rings) one.move(inference[i]);
        const outputs = [batchNorm[i], batchRenorm[i], inference[i]].map(inWords);
        sayValue(
          marks.value,
          value,
          texts.outputs(inWords(value), outputs[0], outputs[1], outputs[2]),
        );
      });
      mean.move(batch.mean);
      deviation.move(batch.mean + batch.deviation);
      spread.move(batch.mean - batch.deviation, batch.mean + batch.deviation);
      sayValue(mean, batch.mean, inWords(batch.mean));
      sayValue(deviation, batch.deviation, inWords(batch.deviation));
      running.mean.move(before.mean);
      const [left, right] = [-1, 1].map((side) =>
        placeOf(before.mean + side * before.deviation, axis)
      );
      setAttributes(running.band, { x: `${left}%`, width: `${right - left}%` });
    },
  };
}

function line(y: number): SVGElement {
  const [x1, x2] = [axis.low, axis.high].map((end) => `${placeOf(end, axis)}%`);
  return svg("line", { class: "axis", x1, x2, y1: y, y2: y });
}

function name(y: number, of: string, text: string): SVGElement {
  return svg("text", { class: `name ${of}`, x: "1%", y: y - 22 }, text);
}

function numbers({ short }: Formats): SVGElement[] {
  return Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach).map((number) =>
    svg(
      "text",
      {
        class: "number",
        x: `${placeOf(number, axis)}%`,
        y: heights.numbers,
        "aria-hidden": "true",
      },
      short(number),
    )
  );
}
