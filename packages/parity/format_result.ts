import { tableLine } from "@renorm/terminal/text_table";
import { hasPassed, type ParityResult } from "./run_cases.ts";

/** The line of a result: the largest error beside what is allowed there. */
export function formatResult(result: ParityResult): string {
  const { name, target, layout, comparison, error } = result;
  const said = comparison
    ? `largest error ${comparison.error.toExponential(2)} of ` +
      `${comparison.allowed.toExponential(2)} allowed, ${comparison.place}`
    : `${error}`;
  const widths = [4, target.includes(" ") ? 29 : 4, 14, 36];
  return tableLine(
    [hasPassed(result) ? "ok" : "FAIL", target, layout, name, said],
    widths.map((width) => ({ width, side: "left" })),
    " ",
  );
}
