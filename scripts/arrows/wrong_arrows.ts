/** Finds the imports against the design. */
import { dirname } from "node:path";
import { type Allowed, allowedFor, innerFiles, publicPackages } from "./allowed_arrows.ts";
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
  const owner = packageOf(target);
  const isOutside = sibling === undefined && owner !== packageOf(path);
  if (isOutside && !isReachable(path, target, packages.includes(owner))) {
    return "a file outside the package";
  }
  if (isForTests(target) && !isForTests(path)) return "which is there for tests";
  return isHidden(target, path) ? "which is for its own folder" : null;
}

/**
 * Whether a file may be imported by its path from outside of its package: settings, helpers of
 * tests.
 */
function isReachable(path: string, target: string, isAllowed: boolean): boolean {
  const isHelper = isAllowed && target.includes("/testing/") && isForTests(target);
  return /(^|\/)deno\.json$/.test(target) || isHelper && isForTests(path) ||
    (innerFiles[packageOf(path)]?.includes(target) ?? false);
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
