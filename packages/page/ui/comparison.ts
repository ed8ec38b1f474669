/** The two columns: everything that is shown of both networks, a section a pair. */
import type { Images } from "../protocol.ts";
import type { Both } from "../training/pair.ts";
import { channelChart } from "./charts/channel_chart.ts";
import { correctionChart } from "./charts/correction_chart.ts";
import { modesChart } from "./charts/modes_chart.ts";
import { forBoth, type NetworkIndex, type ViewContext } from "./charts/parts.ts";
import type { Chart } from "./charts/chart.ts";
import { element, paragraph } from "./element.ts";
import { makeLayerChoice } from "./layer_choice.ts";
import { misreadView } from "./misread_view.ts";
import { numbersTable } from "./numbers_table.ts";
import type { View } from "./view.ts";

/** The columns; steps come more often than measurements, and change less. */
export interface Comparison extends View {
  updateSteps(): void;
}

/** Makes the sections. */
export function makeComparison(
  context: ViewContext,
  images: () => Images | null,
  size: number,
): Comparison {
  const { texts } = context;
  const charts = (make: (network: NetworkIndex) => Chart): Both<View> =>
    forBoth((network) => {
      const { figure, update } = make(network);
      return { root: figure, update };
    });
  const inside: Both<View>[] = [];
  const layer = makeLayerChoice(texts, () => inside.flat().forEach(({ update }) => update()));
  const accuracy = charts((network) => modesChart(context, network, "accuracy"));
  const loss = charts((network) => modesChart(context, network, "loss"));
  const misread = forBoth((network) => misreadView(context, network, images, size));
  const [r, d] = (["r", "d"] as const).map((name) =>
    charts((network) => correctionChart(context, network, name, () => layer.chosen().layer))
  );
  const channel = charts((network) => channelChart(context, network, layer.chosen));
  inside.push(r, d, channel);
  const table = numbersTable(context);
  const views = [accuracy, loss, misread, ...inside].flat();
  return {
    root: element(
      "div",
      { class: "comparison" },
      section("accuracy", texts.accuracy, accuracy),
      section("loss", texts.loss, loss),
      table.root,
      section("misread", texts.misread, misread),
      element(
        "section",
        { class: "inside" },
        element("h3", {}, texts.layer.heading),
        paragraph(texts.layer.text, { class: "caption" }),
        layer.root,
      ),
      section("r", texts.correction.r, r),
      section("d", texts.correction.d, d),
      section("channel-walk", texts.channel, channel),
    ),
    update() {
      for (const { update } of views) update();
      table.update();
    },
    updateSteps: () => channel.forEach(({ update }) => update()),
  };

  function section(
    id: string,
    { heading, text }: { readonly heading: string; readonly text: string },
    pair: Both<View>,
  ): HTMLElement {
    return element(
      "section",
      { id },
      element("h3", {}, heading),
      paragraph(text, { class: "caption" }),
      element("div", { class: "columns" }, ...pair.map(({ root }, n) => column(n, root))),
    );
  }

  function column(network: number, content: HTMLElement): HTMLElement {
    return element(
      "div",
      { class: `column ${network === 0 ? "batch-norm" : "batch-renorm"}` },
      element(
        "h4",
        {},
        element("i", { class: "sign", "aria-hidden": "true" }),
        texts.norms[network],
      ),
      content,
    );
  }
}
