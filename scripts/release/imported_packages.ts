import ts from "typescript";

/**
 * The npm packages that code imports, statically, dynamically or for a type, each once:
 * `["@tensorflow/tfjs", "fflate"]`. Comments and strings are no imports.
 */
export function importedPackages(code: string): string[] {
  const { importedFiles } = ts.preProcessFile(code, true, true);
  const names = importedFiles.flatMap(({ fileName }) =>
    /^(?!node:)(?:@[^/]+\/)?[^./][^/]*/.exec(fileName)?.[0] ?? []
  );
  return [...new Set(names)];
}
