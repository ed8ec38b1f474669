import { hasPassed, type ParityResult } from "./run_cases.ts";

/** The line of a result: the largest error beside what is allowed there. */
export function formatResult(result: ParityResult): string {
  const { name, target, layout, comparison, error } = result;
  const head = [
    hasPassed(result) ? "ok  " : "FAIL",
    target.padEnd(target.includes(" ") ? 29 : 4),
    layout.padEnd(14),
    name.padEnd(36),
  ].join(" ");
  if (!comparison) return `${head} ${error}`;
  const figures = `${comparison.error.toExponential(2)} of ${comparison.allowed.toExponential(2)}`;
  return `${head} largest error ${figures} allowed, ${comparison.place}`;
}
