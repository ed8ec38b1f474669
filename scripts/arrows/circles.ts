/** Files that import each other in a circle. */

/**
 * The groups of nodes that reach each other (Tarjan's strongly connected components), each in the
 * order of names; a node that names itself is a group of one.
 */
export function findCircles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = [];
  const order = new Map<string, number>();
  const open: string[] = [];
  /** Visits a node; gives the earliest open node that it reaches, by its place in the order. */
  const visit = (node: string): number => {
    const place = order.size;
    order.set(node, place);
    open.push(node);
    let earliest = place;
    for (const next of graph.get(node) ?? []) {
      if (!order.has(next)) earliest = Math.min(earliest, visit(next));
      else if (open.includes(next)) earliest = Math.min(earliest, order.get(next)!);
    }
    if (earliest === place) {
      const group = open.splice(open.indexOf(node));
      if (group.length > 1 || graph.get(node)?.includes(node)) circles.push(group.sort());
    }
    return earliest;
  };
  for (const node of graph.keys()) if (!order.has(node)) visit(node);
  return circles.sort();
}
