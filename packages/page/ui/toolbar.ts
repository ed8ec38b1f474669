/** Start, pause, step and reset. */
import { button, element, setText } from "./element.ts";
import { lastStep } from "./history.ts";
import type { View, ViewContext } from "./view.ts";

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
  { texts: { toolbar }, formats, history }: ViewContext,
  actions: ToolbarActions,
): Toolbar {
  const toggle = button(toolbar.start, actions.toggle, { class: "primary", id: "toggle" });
  const step = button(toolbar.step, actions.step, { id: "step" });
  const reset = button(toolbar.reset, actions.reset, { id: "reset" });
  const count = element("output", { id: "count", "aria-live": "off" });
  return {
    root: element(
      "div",
      { class: "toolbar", role: "group", "aria-label": toolbar.label },
      ...[toggle, step, reset],
      element("p", {}, `${toolbar.stepLabel} `, count),
    ),
    update: () => setText(count, formats.integer(lastStep(history()))),
    setTraining(isTraining) {
      setText(toggle, isTraining ? toolbar.pause : toolbar.start);
      step.disabled = isTraining;
    },
  };
}
