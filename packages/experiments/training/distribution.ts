/** Quantiles of a sample, and the share of it beyond the limits. */
export interface Distribution {
  readonly low: number;
  readonly median: number;
  readonly high: number;
  readonly clipped: number;
}

/** The 5 %, 50 % and 95 % quantiles, and the share for which `isClipped` is true. */
export function distribution(
  values: number[],
  isClipped: (value: number) => boolean,
): Distribution {
  const sorted = values.toSorted((a, b) => a - b);
  const quantile = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  return {
    low: quantile(0.05),
    median: quantile(0.5),
    high: quantile(0.95),
    clipped: values.filter(isClipped).length / values.length,
  };
}
