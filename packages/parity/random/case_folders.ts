import type { GoldenCase } from "../golden_case.ts";
import type { GoldenFolder } from "../golden_folder.ts";
import { drawCase } from "./draw_case.ts";
import { withExpectedValues } from "./expected_values.ts";

/** How many numbers one run of a target takes: as text, some twenty bytes each. */
const mostNumbers = 1.5e6;

/** The cases of these numbers, with their expected values, in portions for a process. */
export function* caseFolders(seed: number, numbers: readonly number[]): Iterable<GoldenFolder> {
  let cases: GoldenCase[] = [];
  let size = 0;
  for (const number of numbers) {
    const golden = withExpectedValues(drawCase(seed, number));
    cases.push(golden);
    size += golden.steps.length * 4 * golden.steps[0].x.length;
    if (size < mostNumbers) continue;
    yield { cases, masked: [], models: [], others: [] };
    [cases, size] = [[], 0];
  }
  if (cases.length > 0) yield { cases, masked: [], models: [], others: [] };
}
