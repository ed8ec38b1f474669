import type { Draw } from "./draw.ts";

/** The values of a channel in all steps: where they lie, how far apart, and in which way. */
export interface Regime {
  readonly name: string;
  /** Where the values lie and how far apart: for the statistics that a layer starts from. */
  readonly center: number;
  readonly deviation: number;
  /** The values of a step, numbers that float32 holds, sample after sample. */
  values(draw: Draw, m: number): number[];
}

type Change = (values: number[], draw: Draw, size: number) => number[];

/** What is done to normal values of some deviation; each keeps their order of magnitude. */
const changes: Readonly<Record<string, Change>> = {
  "normal": (values) => values,
  "after ReLU": (values) => values.map((value) => Math.max(0, value)),
  "sorted": (values) => values.sort((a, b) => a - b),
  "sparse": (values, draw) => values.map((value) => draw.chance(0.05) ? value : 0),
  "outlier first": (values, _, size) => [size, ...values.slice(1)],
  "outlier inside": (values, _, size) => values.with(values.length >> 1, -size),
  "first is 0": (values) => [0, ...values.slice(1)],
  "constant": (values) => values.map(() => values[0]),
};

/**
 * A way in which values lie, and its size for each channel: deviations from 1e-18 to 1e18, or about
 * 1 at an offset to 1e6, or tiny beside an offset.
 */
export function drawRegimes(draw: Draw, channels: number): Regime[] {
  const change = draw.one(Object.keys(changes));
  const where = draw.one(["about 0", "at an offset", "any size", "tiny"]);
  // Squares of an outlier must stay in float32's range, for torch's own sake.
  const largest = change.startsWith("outlier") ? 12 : 18;
  const base = draw.uniform(-18, largest);
  return Array.from({ length: channels }, () => {
    const [deviation, center] = where === "about 0"
      ? [draw.power(-1, 1), draw.normal()]
      : where === "at an offset"
      ? [draw.power(-1, 1), draw.one([1, -1]) * draw.power(1, 6)]
      : where === "tiny"
      ? [draw.power(-8, -2), draw.normal() * draw.one([0, 1e-3, 1])]
      // Channels of one size, since an error is judged beside the largest value of its array. Their
      // variances are normal numbers of float32, after a ReLU as well: WGSL may take others for 0.
      : [10 ** Math.min(Math.max(base + draw.uniform(-1, 1), -18), largest), 0];
    return {
      name: `${change}, ${where}`,
      center,
      deviation,
      values(draw, m) {
        const values = Array.from({ length: m }, () => center + deviation * draw.normal());
        const size = center + deviation * draw.power(2, 6);
        return changes[change](values, draw, size).map(Math.fround);
      },
    };
  });
}
