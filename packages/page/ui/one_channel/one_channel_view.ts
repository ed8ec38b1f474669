/** One channel by hand: what batch norm, batch renorm and inference make of a batch. */
import { torchGenerator } from "@renorm/experiments/data/torch_random";
import type { Limits } from "@renorm/core-math";
import { ranges } from "../../settings.ts";
import type { Formats } from "../../texts/formats.ts";
import type { Texts } from "../../texts/en.ts";
import { button, element, paragraph, setText } from "../element.ts";
import { gesture } from "../gesture.ts";
import {
  type Channel,
  counts,
  firstChannel,
  nextBatch,
  normalise,
  type Normalised,
  withCount,
} from "./channel.ts";
import { makeCorrectionView, outputFormula } from "./correction.ts";
import { makeStage } from "./stage.ts";
import type { OneChannelTexts } from "./texts.ts";

/** Outlives the view, which another language makes anew. */
let channel = firstChannel;

const { randn } = torchGenerator(0);

const presets = {
  shut: { rmax: 1, dmax: 0 },
  tight: { rmax: 1.1, dmax: 0.5 },
  wide: { rmax: firstChannel.rmax, dmax: firstChannel.dmax },
} as const satisfies Record<string, Limits>;

/** Makes the view. */
export function oneChannelView(texts: Texts, formats: Formats): { readonly root: HTMLElement } {
  const words = texts.oneChannel;
  const change = (by: (channel: Channel) => Channel) => {
    channel = by(channel);
    show();
  };
  const slider = (name: "rmax" | "dmax" | "momentum", label: string, stops: readonly number[]) =>
    makeSlider(
      name,
      label,
      stops,
      formats,
      () => channel[name],
      (value) => change((channel) => ({ ...channel, [name]: value })),
    );
  const { sliders } = texts.settings;
  const controls = {
    rmax: slider("rmax", sliders.rmax.label, ranges.rmax.stops),
    dmax: slider("dmax", sliders.dmax.label, ranges.dmax.stops),
    momentum: slider("momentum", sliders.momentum.label, ranges.momentum.stops),
    count: makeSlider(
      "count",
      words.count,
      Array.from({ length: counts.most - counts.least + 1 }, (_, i) => counts.least + i),
      formats,
      () => channel.values.length,
      (count) => change((channel) => withCount(channel, count, randn)),
    ),
  };
  const stage = makeStage(words, formats, change);
  const corrections = [
    makeCorrectionView("d", texts, formats, controls.dmax.root),
    makeCorrectionView("r", texts, formats, controls.rmax.root),
  ];
  const verdict = paragraph("", { class: "verdict" });
  const walked = element("p", { class: "help", role: "status" });
  const limits = Object.entries(presets).map(([name, preset]) => {
    const choose = () => change((channel) => ({ ...channel, ...preset }));
    return { preset, root: button(words.limits[name as keyof typeof presets], choose) };
  });
  const next = button(words.next, () => {
    const before = normalise(channel).running;
    change((channel) => nextBatch(channel, randn));
    const after = normalise(channel).running;
    const inWords = [before.mean, after.mean, before.deviation, after.deviation]
      .map(formats.decimal);
    setText(walked, words.walked(inWords[0], inWords[1], inWords[2], inWords[3]));
  }, { class: "primary" });

  const show = () => {
    const normalised = normalise(channel);
    stage.show(channel, normalised);
    for (const one of corrections) one.show(normalised, channel);
    for (const one of Object.values(controls)) one.show();
    verdict.innerHTML = sayVerdict(words, channel, normalised);
    for (const { preset, root } of limits) {
      const isChosen = channel.rmax === preset.rmax && channel.dmax === preset.dmax;
      root.setAttribute("aria-pressed", `${isChosen}`);
    }
  };
  show();
  return {
    root: gesture(
      { class: "one-channel", id: "one-channel" },
      words,
      stage.root,
      verdict,
      element(
        "div",
        { class: "limit-choice", role: "group", "aria-label": words.limits.label },
        element("span", { "aria-hidden": "true" }, words.limits.label),
        ...limits.map(({ root }) => root),
      ),
      element("div", { class: "step" }, next, controls.momentum.root, controls.count.root),
      walked,
      element(
        "div",
        { class: "corrections" },
        outputFormula(),
        ...corrections.map(({ root }) => root),
      ),
    ),
  };
}

function sayVerdict({ verdict }: OneChannelTexts, limits: Limits, { open, used }: Normalised) {
  if (limits.rmax === 1 && limits.dmax === 0) return verdict.shut;
  const clipped = (["r", "d"] as const).filter((name) => open[name] !== used[name]);
  return clipped.length === 0
    ? verdict.open
    : verdict.clipped(clipped.map((name) => `<var>${name}</var>`).join(", "));
}

/** A slider over stops. */
function makeSlider(
  name: string,
  label: string,
  stops: readonly number[],
  { setting }: Formats,
  value: () => number,
  onChange: (value: number) => void,
) {
  const id = `hand-${name}`;
  const input = element("input", { type: "range", id, min: 0, max: stops.length - 1, step: 1 });
  const output = element("output", { for: id });
  input.addEventListener("input", () => onChange(stops[input.valueAsNumber]));
  return {
    root: element(
      "div",
      { class: "field" },
      element("label", { for: id }, label),
      output,
      input,
    ),
    show() {
      input.value = `${stops.indexOf(value())}`;
      setText(output, setting(value()));
      input.setAttribute("aria-valuetext", output.textContent);
    },
  };
}
