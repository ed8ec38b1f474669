import { mean } from "../training/mean.ts";

/** In per cent the mean and, of several, the range; nothing of none. */
export function meanAndRange(shares: readonly number[]): string {
  if (shares.length === 0) return "";
  const text = (share: number) => (100 * share).toFixed(1);
  if (shares.length === 1) return text(shares[0]);
  return `${text(mean(shares))} (${text(Math.min(...shares))}–${text(Math.max(...shares))})`;
}
