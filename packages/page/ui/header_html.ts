/** The top of the page as markup, before and after its script has run. */
import { type CurvePoint, readCurve } from "../curve.ts";
import kept from "../finished_run.json" with { type: "json" };
import type { Texts } from "../texts/en.ts";
import { makeFormats } from "../texts/formats.ts";
import type { Language } from "../texts/languages.ts";
import { forBoth, networkClasses, type NetworkIndex } from "./view.ts";

/** The title, what the page is about, and a run that is over. */
export function headerHtml(texts: Texts): string {
  return `<div class="intro"><div><h1>${texts.title}</h1><p class="lead">${texts.lead}</p></div>${
    finishedRunHtml(texts)
  }</div>`;
}

/** The run that `deno task web:pictures` has kept, as lines and in words. */
function finishedRunHtml({ code, norms, finished }: Texts): string {
  const { percent, integer } = makeFormats(code as Language);
  const { points } = readCurve(kept.run)!;
  const last = points[points.length - 1];
  const lines = forBoth((network) => {
    const [training, inference] = modes.map((mode) =>
      points.map(({ step, readings }) => {
        const x = 100 * step / last.step;
        return `${x.toFixed(1)},${100 - 100 * readings[network][mode].accuracy}`;
      })
    );
    return `<g class="${networkClasses[network]}">` +
      `<polygon points="${[...training, ...inference.toReversed()].join(" ")}"/>` +
      `<polyline class="dashed" points="${training.join(" ")}"/>` +
      `<polyline points="${inference.join(" ")}"/></g>`;
  });
  const words = forBoth((network) =>
    `<li class="${networkClasses[network]}"><i class="sign" aria-hidden="true"></i>` +
    `<b>${norms[network]}</b> ${finished.scores(...scoresOf(last, network, percent))}</li>`
  );
  return `<figure class="finished">
<svg viewBox="0 -3 100 106" preserveAspectRatio="none" aria-hidden="true">${lines.join("")}</svg>
<figcaption>${finished.title(integer(last.step))}<ul>${words.join("")}</ul></figcaption>
</figure>`;
}

const modes = ["trainingMode", "evalMode"] as const;

function scoresOf(
  { readings }: CurvePoint,
  network: NetworkIndex,
  percent: (share: number) => string,
): [string, string] {
  const [training, inference] = modes.map((mode) => percent(readings[network][mode].accuracy));
  return [training, inference];
}
