/** The results of runs as JSON, a run a line; the numbers of runs have four digits. */
export function resultsJson(
  { settings, runs }: { readonly settings: unknown; readonly runs: readonly unknown[] },
): string {
  const short = (_: string, value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(4)) : value;
  const lines = runs.map((run) => "    " + JSON.stringify(run, short));
  return `{\n  "settings": ${JSON.stringify(settings)},\n  "runs": [\n${
    lines.join(",\n")
  }\n  ]\n}\n`;
}
