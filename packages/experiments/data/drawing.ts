/**
 * How batches are drawn: at random, or each of one class, the paper's non-i.i.d. setting at its
 * end.
 */
export type Drawing = "at random" | "class by class";

/** Both, in the order of the tables. */
export const drawings: readonly Drawing[] = ["at random", "class by class"];
