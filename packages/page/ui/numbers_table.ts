/** The measurements as a table, for those who would rather read than look. */
import { element } from "./element.ts";
import { forBoth, type View, type ViewContext } from "./view.ts";

/** Rows at most, spread over the run. */
const mostRows = 20;

/** Makes the table. */
export function numbersTable({ texts, formats, history }: ViewContext): View {
  const { step, accuracy, loss, label } = texts.table;
  const body = element("tbody");
  const heading = (scope: string, text: string, span: Record<string, number> = {}) =>
    element("th", { scope, ...span }, text);
  const modes = [texts.legend.training, texts.legend.inference];
  const table = element(
    "table",
    {},
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        heading("col", step, { rowspan: 2 }),
        ...texts.norms.map((norm) => heading("colgroup", norm, { colspan: 4 })),
      ),
      element(
        "tr",
        {},
        ...forBoth(() =>
          [accuracy, loss].flatMap((measure) =>
            modes.map((mode) => heading("col", `${measure}, ${mode}`))
          )
        ).flat(),
      ),
    ),
    body,
  );
  // A table that is wider than the page scrolls by itself, by keyboard too.
  const root = element(
    "div",
    { class: "scroller", tabindex: 0, role: "region", "aria-label": label },
    table,
  );
  const update = () => {
    const { points } = history();
    const stride = Math.ceil(points.length / mostRows);
    const shown = points.filter((_, i) => (points.length - 1 - i) % stride === 0);
    body.replaceChildren(...shown.map(({ step, readings }) =>
      element(
        "tr",
        {},
        heading("row", formats.integer(step)),
        ...readings.flatMap(({ trainingMode, evalMode }) => [
          formats.percent(trainingMode.accuracy),
          formats.percent(evalMode.accuracy),
          formats.decimal(trainingMode.loss),
          formats.decimal(evalMode.loss),
        ]).map((text) => element("td", {}, text)),
      )
    ));
  };
  return { root, update };
}
