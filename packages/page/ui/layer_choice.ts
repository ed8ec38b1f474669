/** Which layer and channel the charts look into. */
import { layerChannels } from "@renorm/experiments/training/layer_channels";
import type { ChosenChannel } from "./charts/channel_chart.ts";
import { element, setText } from "./element.ts";
import type { Texts } from "../texts/en.ts";

/** The two controls, and what is chosen. */
export interface LayerChoice {
  readonly root: HTMLElement;
  chosen(): ChosenChannel;
}

/** Makes the controls, at the last layer's first channel. */
export function makeLayerChoice({ layer: texts }: Texts, onChange: () => void): LayerChoice {
  let layer = layerChannels.length - 1;
  const select = element(
    "select",
    { id: "layer" },
    ...layerChannels.map((_, l) => element("option", { selected: l === layer }, `${l + 1}`)),
  );
  const input = element("input", { type: "range", id: "channel", min: 1, step: 1, value: 1 });
  const value = element("output", { for: "channel" });
  const show = () => {
    input.max = String(layerChannels[layer]);
    setText(value, input.value);
    onChange();
  };
  select.addEventListener("change", () => {
    layer = select.selectedIndex;
    show();
  });
  input.addEventListener("input", show);
  input.max = String(layerChannels[layer]);
  setText(value, "1");
  return {
    root: element(
      "div",
      { class: "layer-choice" },
      element("div", { class: "field" }, element("label", { for: "layer" }, texts.layer), select),
      element(
        "div",
        { class: "field" },
        element("label", { for: "channel" }, texts.channel),
        value,
        input,
      ),
    ),
    chosen: () => ({ layer, channel: input.valueAsNumber - 1 }),
  };
}
