import { type Import, importsOf } from "../imports.ts";

/**
 * The npm packages that code imports, statically, dynamically or for a type, each once:
 * `["@tensorflow/tfjs", "fflate"]`.
 */
export function importedPackages(code: string): string[] {
  return namesOf(importsOf(code));
}

/** Those of them that code cannot start without: all but what only a dynamic import loads. */
export function packagesAtStart(code: string): string[] {
  return namesOf(importsOf(code).filter(({ isDynamic }) => !isDynamic));
}

function namesOf(imports: readonly Import[]): string[] {
  const names = imports.flatMap(({ specifier }) =>
    /^(?!node:)(?:@[^/]+\/)?[^./][^/]*/.exec(specifier)?.[0] ?? []
  );
  return [...new Set(names)];
}
