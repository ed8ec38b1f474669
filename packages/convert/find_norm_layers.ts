import type { ModelAdapter } from "./model_adapter.ts";
import type { NormLayer, UnsupportedLayer } from "./norm_layer.ts";

/** Where a node stands. A root stands nowhere. */
export interface Place<Node> {
  readonly parent: Node;
  readonly name: string;
  readonly readOnly: boolean;
}

/** A normalisation layer of a model: met once, however often it is used. */
export interface Found<Node> {
  readonly node: Node;
  /** The names from the root to its first place, with dots between. Empty for a root. */
  readonly path: string;
  /** Every place it stands at. */
  readonly places: Place<Node>[];
  readonly layer: NormLayer | UnsupportedLayer;
}

/**
 * Finds the normalisation layers below `root`, depth first. Cycles end, shared layers come once.
 */
export function findNormLayers<Node extends object>(
  root: Node,
  adapter: ModelAdapter<Node>,
): Found<Node>[] {
  const found: Found<Node>[] = [];
  const seen = new Map<Node, Found<Node> | null>();
  // A stack of our own: a model may be deeper than the call stack.
  const pending: { node: Node; path: string; place: Place<Node> | null }[] = [
    { node: root, path: "", place: null },
  ];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, path, place } = next;
    const known = seen.get(node);
    if (known !== undefined) {
      if (known && place) known.places.push(place);
      continue;
    }
    const layer = adapter.read(node);
    if (layer) {
      const entry = { node, path, places: place ? [place] : [], layer };
      seen.set(node, entry);
      found.push(entry);
      if (!("unsupported" in layer && layer.isHolder)) continue;
    } else seen.set(node, null);
    const children = [...adapter.children(node)].map(({ name, node: child, readOnly = false }) => ({
      node: child,
      path: path === "" ? name : `${path}.${name}`,
      place: { parent: node, name, readOnly },
    }));
    for (const child of children.reverse()) pending.push(child);
  }
  return found;
}
