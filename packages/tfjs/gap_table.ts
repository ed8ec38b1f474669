import type { GapReport } from "./gap_report.ts";

/** The table of a gap: a row a layer, then a line for the loss and for each metric. */
export function printGap(
  layers: GapReport["layers"],
  training: GapReport["training"],
  atEval: GapReport["eval"],
): string {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  const header = ["layer", "mean strays", "deviation strays", "r clipped", "d clipped"];
  const rows = layers.map(({ path, meanStrays, deviationStrays, rClipped, dClipped }) => [
    path,
    meanStrays.toFixed(3),
    deviationStrays.toFixed(3),
    percent(rClipped),
    percent(dClipped),
  ]);
  const widths = header.map((_, i) => Math.max(...[header, ...rows].map((row) => row[i].length)));
  const lines = [header, ...rows].map((row) =>
    row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join("  ")
  );
  for (const name of Object.keys(training ?? {})) {
    const values = [training, atEval].map((mode) => mode?.[name]?.toFixed(4));
    lines.push(`${name}: ${values[0]} in training mode, ${values[1]} in eval`);
  }
  return lines.join("\n");
}
