/** What a network tells, from the probabilities of the digits. */

/** A digit, and how sure a network is of it. */
export interface Told {
  /** Null where the probabilities are no numbers. */
  readonly digit: number | null;
  readonly share: number;
}

/** The most probable digit. */
export function toldBy(probabilities: Float32Array): Told {
  const share = Math.max(...probabilities);
  const digit = probabilities.indexOf(share);
  return { digit: digit < 0 ? null : digit, share };
}
