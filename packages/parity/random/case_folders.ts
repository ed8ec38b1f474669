import type { GoldenCase } from "../golden_case.ts";
import type { GoldenFolder } from "../golden_folder.ts";
import { drawCase } from "./draw_case.ts";
import { drawMaskedCase } from "./draw_mask.ts";
import { withExpectedValues } from "./expected_values.ts";

/** How many numbers one run of a target takes: as text, some twenty bytes each. */
const mostNumbers = 1.5e6;

/**
 * The cases of these numbers, some of them under masks as well, with their expected values, in
 * portions for a process.
 */
export function* caseFolders(seed: number, numbers: readonly number[]): Iterable<GoldenFolder> {
  const folder = () => ({ cases: [] as GoldenCase[], masked: [] as GoldenCase[] });
  let { cases, masked } = folder();
  let size = 0;
  for (const number of numbers) {
    const underMasks = drawMaskedCase(seed, number);
    cases.push(withExpectedValues(drawCase(seed, number)));
    if (underMasks) masked.push(withExpectedValues(underMasks));
    const [{ steps }] = cases.slice(-1);
    size += steps.length * 4 * steps[0].x.length;
    if (size < mostNumbers) continue;
    yield { cases, masked, models: [], others: [] };
    ({ cases, masked } = folder());
    size = 0;
  }
  if (cases.length > 0) yield { cases, masked, models: [], others: [] };
}
