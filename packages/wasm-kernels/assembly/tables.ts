// Tables of the channels. They lie here, one after the other, and kernel_memory.ts fills and reads
// them there. A channel has a value in each for every lane that takes values of it.

/** Lanes that a table has room for. */
export const mostLanes: usize = 16384;

/** Of float64: `Σ(x − centre)`, or `Σdy`. */
export const sum: usize = 1024;
/** Of float64: `Σ(x − centre)²`, or `Σdy·(x − centre)`. */
export const product: usize = sum + 8 * mostLanes;

/** Of float64: what exactSums takes off x. */
export const exactCentre: usize = product + 8 * mostLanes;

/** Of float32: what is taken off x, and the factor of what is left of it. */
export const centre: usize = exactCentre + 8 * mostLanes;
export const ofX: usize = centre + 4 * mostLanes;
/** Of float32: what is added last; while it is not known, `Σdy²`. */
export const constant: usize = ofX + 4 * mostLanes;
/** Of float32: the mean of dy, and the factor of what is left of dy. */
export const meanDy: usize = constant + 4 * mostLanes;
export const ofDy: usize = meanDy + 4 * mostLanes;
