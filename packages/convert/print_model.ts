import { adapterFor } from "./recognise_model.ts";
import { visibleText } from "./files/visible_text.ts";
import type { ModelAdapter } from "./model_adapter.ts";

/**
 * A model as PyTorch prints one: one line per layer, containers in brackets around theirs.
 *
 * @param model A tree of objects, a `model.json` or a Keras config.
 * @param adapter How to read it. Default: recognised by its shape.
 * @returns Lines of text.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { printModel } from "@renorm/convert";
 * import { BatchNorm1d } from "@renorm/core-math";
 *
 * class Head {
 *   norm = new BatchNorm1d(4);
 * }
 * assert.equal(
 *   printModel(new Head()),
 *   `Head(
 *   (norm): BatchNorm1d(4, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)
 * )`,
 * );
 * ```
 */
export function printModel<Node extends object>(
  model: Node,
  adapter: ModelAdapter<Node> = adapterFor(model),
): string {
  return print(model, adapter, new Set()) ?? "";
}

/** The lines of a node; null for one that neither is a layer nor holds one. */
function print<Node extends object>(
  node: Node,
  adapter: ModelAdapter<Node>,
  above: ReadonlySet<Node>,
): string | null {
  const described = adapter.describe(node);
  const text = described && visibleText(described);
  if (adapter.read(node) || above.has(node)) return text;
  const within = new Set([...above, node]);
  const lines: string[] = [];
  for (const { name, node: child } of adapter.children(node)) {
    const printed = print(child, adapter, within);
    if (printed !== null) {
      lines.push(`  (${visibleText(name)}): ${printed.replaceAll("\n", "\n  ")}`);
    }
  }
  if (lines.length === 0) return text;
  return [`${text ?? "Model"}(`, ...lines, ")"].join("\n");
}
