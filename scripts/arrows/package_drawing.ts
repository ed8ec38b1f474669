/** The drawing of the packages in `docs/architecture.md`. */
import { privatePackages, publicPackages } from "./allowed_arrows.ts";
import { type ImportGraph, isForTests, packageOf } from "./import_graph.ts";

/**
 * A Mermaid drawing of the packages that the code imports, without tests. An arrow that another way
 * already draws is left out: with `tfjs --> convert --> core-math` goes no `tfjs --> core-math`. So
 * are those from private packages to public ones, which are free.
 */
export function drawPackages(graph: ImportGraph): string {
  const arrows = packageArrows(graph);
  const reachedFrom = (name: string, seen = new Set<string>()): Set<string> => {
    for (const next of arrows.get(name)?.difference(seen) ?? []) {
      seen.add(next);
      reachedFrom(next, seen);
    }
    return seen;
  };
  const lines = [...arrows].flatMap(([from, targets]) =>
    [...targets].filter((to) =>
      ![...targets].some((other) => other !== to && reachedFrom(other).has(to))
    )
      .map((to) => `  ${from} --> ${to}`)
  );
  const group = (title: string, names: string[]) => [
    `  subgraph ${title}`,
    ...names.filter((name) => arrows.has(name)).map((name) => `    ${name}`),
    "  end",
  ];
  return [
    "flowchart BT",
    ...group("published", Object.keys(publicPackages)),
    ...group("private", Object.keys(privatePackages)),
    ...lines,
  ].join("\n");
}

function isPublic(name: string | null): boolean {
  return name !== null && Object.hasOwn(publicPackages, name);
}

/** The other packages that each imports, in the order of their names. */
function packageArrows(graph: ImportGraph): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const path of [...graph.keys()].sort()) {
    const name = packageOf(path);
    const targets = found.get(name) ?? new Set();
    found.set(name, targets);
    for (const { specifier, target } of isForTests(path) ? [] : graph.get(path)!) {
      const other = specifier.match(/^@renorm\/([^/]+)/)?.[1] ?? (target && packageOf(target));
      const isFree = isPublic(other) && !isPublic(name) || target?.endsWith(".json");
      if (other && other !== name && !isFree) targets.add(other);
    }
  }
  return new Map(
    [...found].map(([name, targets]) => [name, new Set([...targets].sort())]),
  );
}
