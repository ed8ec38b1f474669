/** Finds the imports against the design. */
import { dirname } from "node:path";
import { type Allowed, allowedFor, publicPackages, sharedFiles } from "./allowed_arrows.ts";
import { findCircles } from "./circles.ts";
import { type Arrow, type ImportGraph, isForTests, packageOf } from "./import_graph.ts";

/** A line for each import that is not allowed, and for each circle of files. */
export function findWrongArrows(graph: ImportGraph): string[] {
  const wrong: string[] = [];
  const unknown = new Set<string>();
  for (const [path, arrows] of graph) {
    const name = packageOf(path);
    const allowed = allowedFor(name, isForTests(path));
    if (!allowed) unknown.add(name);
    for (const arrow of allowed ? arrows : []) {
      const reason = reasonAgainst(path, arrow, allowed!);
      if (reason) wrong.push(`${path}: ${name} may not import ${arrow.specifier}, ${reason}`);
    }
  }
  return [
    ...[...unknown].map((name) => `packages/${name} is not in scripts/arrows/allowed_arrows.ts`),
    ...wrong,
    ...circlesOf(graph).map((files) => `a circle of imports: ${files.join(", ")}`),
  ];
}

function reasonAgainst(
  path: string,
  { specifier, target }: Arrow,
  { packages, foreign }: Allowed,
): string | null {
  const sibling = specifier.match(/^@renorm\/([^/]+)/)?.[1];
  if (sibling !== undefined && sibling !== packageOf(path) && !packages.includes(sibling)) {
    if (Object.hasOwn(publicPackages, sibling)) return "an arrow the design lacks";
    return allowedFor(sibling, false) ? "a private package" : "a package that is in no table";
  }
  if (target === null) {
    const isFree = sibling !== undefined || foreign.includes("*") || foreign.includes(specifier);
    return isFree ? null : "a foreign module";
  }
  const isOutside = sibling === undefined && packageOf(target) !== packageOf(path);
  const isShared = /(^|\/)deno\.json$/.test(target) ||
    sharedFiles[packageOf(path)]?.includes(target);
  if (isOutside && !isShared) return "a file outside the package";
  if (isForTests(target) && !isForTests(path)) return "which is there for tests";
  return isHidden(target, path) ? "which is for its own folder" : null;
}

/** Whether a name with `_` stands in the target's path below the folder that both share. */
function isHidden(target: string, path: string): boolean {
  const steps = target.split("/");
  return steps.some((step, i) =>
    step.startsWith("_") && dirname(path) !== steps.slice(0, i).join("/") &&
    !path.startsWith(`${steps.slice(0, i + 1).join("/")}/`)
  );
}

function circlesOf(graph: ImportGraph): string[][] {
  const targets = [...graph].map(([path, arrows]) =>
    [path, arrows.flatMap(({ target }) => target ?? [])] as const
  );
  return findCircles(new Map(targets));
}
