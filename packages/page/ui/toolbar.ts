/** Start, pause, step and reset, and how the run stands. */
import { forBoth, type ViewContext } from "./charts/parts.ts";
import { button, element, setText } from "./element.ts";
import { lastStep } from "./history.ts";
import type { View } from "./view.ts";

/** What the buttons do. */
export interface ToolbarActions {
  /** Starts, or pauses what runs. */
  toggle(): void;
  step(): void;
  reset(): void;
}

/** The toolbar; its buttons rest until the worker is ready. */
export interface Toolbar extends View {
  setState(state: { readonly isReady: boolean; readonly isTraining: boolean }): void;
}

/** Makes the toolbar. */
export function makeToolbar(
  { texts, formats, history }: ViewContext,
  actions: ToolbarActions,
): Toolbar {
  const { toolbar, norms } = texts;
  const toggle = button(toolbar.start, actions.toggle, { class: "primary", id: "toggle" });
  const step = button(toolbar.step, actions.step, { id: "step" });
  const reset = button(toolbar.reset, actions.reset, { id: "reset" });
  const count = element("output", { id: "count", "aria-live": "off" }, "0");
  const scores = forBoth(() => element("b", {}, "–"));
  const classes = ["batch-norm", "batch-renorm"];
  return {
    root: element(
      "div",
      { class: "toolbar", role: "group", "aria-label": toolbar.label },
      element("div", { class: "buttons" }, toggle, step, reset),
      element("p", { class: "count" }, `${toolbar.stepLabel} `, count),
      element(
        "p",
        { class: "scores" },
        element("span", { class: "what" }, toolbar.atInference),
        ...norms.map((name, n) =>
          element(
            "span",
            { class: `score ${classes[n]}` },
            element("i", { class: "sign", "aria-hidden": "true" }),
            element("span", { class: "name" }, name),
            " ",
            scores[n],
          )
        ),
      ),
    ),
    update() {
      setText(count, formats.integer(lastStep(history())));
      const { latest } = history();
      scores.forEach((score, n) => {
        const reading = latest?.readings[n];
        setText(score, reading ? formats.percent(reading.evalMode.accuracy) : "–");
      });
    },
    setState({ isReady, isTraining }) {
      setText(toggle, isTraining ? toolbar.pause : toolbar.start);
      toggle.disabled = reset.disabled = !isReady;
      step.disabled = !isReady || isTraining;
    },
  };
}
