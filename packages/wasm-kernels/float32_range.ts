/** What float32 holds with all its digits, and with room for a product and a sum. */

/** Whether a value is finite and far from the largest float32; NaN is not. */
export function isSmall(value: number): boolean {
  return Math.abs(value) < 1e30;
}

/** The same for a factor, which is 0 or as far from the smallest. */
export function isSmallOrZero(value: number, least = 1e-30): boolean {
  const size = Math.abs(value);
  return size === 0 || (size > least && size < 1e30);
}
