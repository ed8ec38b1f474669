// A table has a value for each channel that a call takes. They lie here, one after the other, and
// kernel_memory.ts fills and reads them there.

/** Channels that a call can take. */
export const mostChannels: usize = 16384;

/** Of float64: what x is shifted by, or its mean. */
export const centre: usize = 1024;
/** Of float64: `Σ(x − centre)`, or `Σdy`. */
export const sum: usize = centre + 8 * mostChannels;
/** Of float64: `Σ(x − centre)²`, or `Σdy·(x − centre)`. */
export const product: usize = sum + 8 * mostChannels;

/** Of float32: the high part of the mean of x, and the factor of what is left of x. */
export const high: usize = product + 8 * mostChannels;
export const ofX: usize = high + 4 * mostChannels;
/** Of float32: what is added last; while it is not known, `Σdy²`. */
export const constant: usize = ofX + 4 * mostChannels;
/** Of float32: the mean of dy, and the factor of what is left of dy. */
export const meanDy: usize = constant + 4 * mostChannels;
export const ofDy: usize = meanDy + 4 * mostChannels;
