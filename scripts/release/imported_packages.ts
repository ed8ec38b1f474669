import ts from "typescript";

/**
 * The npm packages that code imports, statically, dynamically or for a type, each once:
 * `["@tensorflow/tfjs", "fflate"]`. Comments and strings are no imports.
 */
export function importedPackages(code: string): string[] {
  return namesOf(code, () => true);
}

/** Those of them that code cannot start without: all but what only a dynamic import loads. */
export function packagesAtStart(code: string): string[] {
  return namesOf(code, (before) => !/\bimport\s*\(\s*["']?$/.test(before));
}

/** The packages of the imports in front of which stands what is wanted. */
function namesOf(code: string, isWanted: (before: string) => boolean): string[] {
  const { importedFiles } = ts.preProcessFile(code, true, true);
  const names = importedFiles.flatMap(({ fileName, pos }) => {
    const [name] = /^(?!node:)(?:@[^/]+\/)?[^./][^/]*/.exec(fileName) ?? [];
    return name !== undefined && isWanted(code.slice(0, pos)) ? [name] : [];
  });
  return [...new Set(names)];
}
