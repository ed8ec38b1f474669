/** Start, pause, step and reset, and how the run stands. */
import { sign } from "./columns.ts";
import { button, element, setText } from "./element.ts";
import { lastStep } from "./history.ts";
import { forBoth, networkClasses, type View, type ViewContext } from "./view.ts";

/** What the buttons do. */
export interface ToolbarActions {
  /** Starts, or pauses what runs. */
  toggle(): void;
  step(): void;
  reset(): void;
}

/** The toolbar. */
export interface Toolbar extends View {
  setTraining(isTraining: boolean): void;
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
            { class: `score ${networkClasses[n]}` },
            sign(),
            element("span", { class: "name" }, name),
            " ",
            scores[n],
          )
        ),
      ),
    ),
    update() {
      setText(count, formats.integer(lastStep(history())));
      const latest = history().points.at(-1);
      scores.forEach((score, n) => {
        const reading = latest?.readings[n];
        setText(score, reading ? formats.percent(reading.evalMode.accuracy) : "–");
      });
    },
    setTraining(isTraining) {
      setText(toggle, isTraining ? toolbar.pause : toolbar.start);
      step.disabled = isTraining;
    },
  };
}
