import type { GoldenCase, GoldenStep } from "../golden_case.ts";
import { countsOf } from "./channel_values.ts";
import { drawCase } from "./draw_case.ts";
import { type Draw, drawOf } from "./draw.ts";

/** Flags of the m positions of n samples, 1 where one counts. */
type DrawMask = (draw: Draw, n: number, m: number) => number[];

const flags = (m: number, counts: (i: number) => boolean) =>
  Array.from({ length: m }, (_, i) => counts(i) ? 1 : 0);

/** What may be masked, by name. */
const masks: Readonly<Record<string, DrawMask>> = {
  "ragged lengths": (draw, n, m) => {
    const lengths = Array.from({ length: n }, () => draw.integer(0, m / n));
    return flags(m, (i) => i % (m / n) < lengths[Math.floor(i / (m / n))]);
  },
  "whole samples": (draw, n, m) => {
    const counts = Array.from({ length: n }, () => draw.chance(0.6));
    return flags(m, (i) => counts[Math.floor(i / (m / n))]);
  },
  "scattered": (draw, _, m) => {
    const share = draw.uniform(0.1, 0.9);
    return flags(m, () => draw.chance(share));
  },
  "all but one": (draw, _, m) => {
    const place = draw.integer(0, m - 1);
    return flags(m, (i) => i !== place);
  },
  "a single position": (draw, _, m) => {
    const place = draw.integer(0, m - 1);
    return flags(m, (i) => i === place);
  },
  "no position": (_draw, _, m) => flags(m, () => false),
  "every position": (_draw, _, m) => flags(m, () => true),
};

/** Most values in a step of a masked case: it comes beside one without masks. */
const largest = 5000;

/**
 * Masks for the case of this number, in half of them; null for the others, and where a step is
 * large. Its inputs are those of {@linkcode drawCase}, but for padding that may be 0.
 */
export function drawMaskedCase(seed: number, index: number): GoldenCase | null {
  // Draws of its own, so that cases without masks are what they would be.
  const draw = drawOf(~seed, index);
  if (draw.chance(0.5)) return null;
  const golden = drawCase(seed, index);
  const { shape, config } = golden;
  const { m, inner } = countsOf(shape);
  if (m * shape[1] > largest) return null;
  const names = Object.keys(masks);
  const name = draw.one(names);
  const isPadded = draw.chance(0.5);
  const steps = golden.steps.map((step, i): GoldenStep => {
    const mask = masks[i === 0 ? name : draw.one(names)](draw, shape[0], m);
    // Without statistics there is nothing to normalise less than two values by.
    if (config.trackRunningStats === false) mask.fill(1, 0, 2);
    const isMasked = (j: number) =>
      mask[Math.floor(j / (shape[1] * inner)) * inner + j % inner] === 0;
    const x = isPadded ? step.x.map((value, j) => isMasked(j) ? 0 : value) : step.x;
    return { ...step, x, mask };
  });
  return {
    ...golden,
    name: `${golden.name}, masked: ${name}${isPadded ? ", padded with 0" : ""}`,
    config: { ...config, onSingleValue: "running" },
    steps,
  };
}
