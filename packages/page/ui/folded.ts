import { element } from "./element.ts";
import type { View } from "./view.ts";

/** What is opened by who wants to know more; it is kept current only while it is open. */
export function folded(
  id: string,
  summary: string,
  update: () => void,
  ...children: readonly HTMLElement[]
): View {
  const root = element("details", { id }, element("summary", {}, summary), ...children);
  const updateOpen = () => {
    if (root.open) update();
  };
  root.addEventListener("toggle", updateOpen);
  return { root, update: updateOpen };
}
