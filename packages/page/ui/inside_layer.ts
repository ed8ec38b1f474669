/** What happens in a norm layer: one channel, and r and d of all of them. */
import { layerChannels } from "@renorm/experiments/training/layer_channels";
import { channelChart } from "./charts/channel_chart.ts";
import { correctionChart } from "./charts/correction_chart.ts";
import { columns } from "./columns.ts";
import { element, field, paragraph, selectOf, setText } from "./element.ts";
import { folded } from "./folded.ts";
import type { View, ViewContext } from "./view.ts";
import { widestChannel } from "./widest_channel.ts";

/** Makes the charts with the choice of layer and channel, to be opened. */
export function insideLayer(context: ViewContext): View {
  const { texts } = context;
  let layer = layerChannels.length - 1;
  let channel = 0;
  let isChosen = false;
  const chosen = () => ({ layer, channel });
  const charts = [
    columns(
      texts,
      "channel-walk",
      texts.channel,
      (network) => channelChart(context, network, chosen),
    ),
    ...(["d", "r"] as const).map((name) =>
      columns(
        texts,
        name,
        texts.correction[name],
        (network) => correctionChart(context, network, name, () => layer),
      )
    ),
  ];
  const select = selectOf("layer", layerChannels.map((_, l) => `${l + 1}`), layer, (index) => {
    layer = index;
    channel = 0;
    isChosen = false;
    update();
  });
  const input = element("input", { type: "range", id: "channel", min: 1, step: 1 });
  const value = element("output", { for: "channel" });
  input.addEventListener("input", () => {
    channel = input.valueAsNumber - 1;
    isChosen = true;
    update();
  });
  const update = () => {
    const labels = context.images()?.labels;
    if (!isChosen && labels) {
      channel = widestChannel(context.history().steps, labels, 0, layer, channel);
    }
    input.max = String(layerChannels[layer]);
    input.value = String(channel + 1);
    setText(value, input.value);
    charts.forEach(({ update }) => update());
  };
  return folded(
    "inside",
    texts.layer.summary,
    update,
    paragraph(texts.layer.text, { class: "caption" }),
    element(
      "div",
      { class: "layer-choice" },
      field(select, texts.layer.layer),
      field(input, texts.layer.channel, { value }),
    ),
    ...charts.map(({ root }) => root),
  );
}
