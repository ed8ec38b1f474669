/** Who is timed on the CPU, and how. */

/** A training step of some library, in milliseconds of its parts. */
export interface Contestant {
  /** As the table names it: `"core-math"`. */
  readonly name: string;
  /** Runs a forward; null where forward and backward are one call. */
  readonly forward: (() => unknown) | null;
  /** Runs a backward, or both. A promise is waited for. */
  readonly backward: () => unknown;
  /** Frees what it holds. */
  readonly close?: () => void;
}

/** Medians of one contestant. */
export interface Times {
  readonly name: string;
  /** Milliseconds; null where forward and backward are one call. */
  readonly forward: number | null;
  /** Milliseconds of the backward. */
  readonly backward: number | null;
  /** Milliseconds of both. */
  readonly both: number;
}

/**
 * Steps of a contestant that follow each other: its tensors are then where its next step finds
 * them.
 */
const burst = 3;

/**
 * Times contestants that take turns, each for some steps in a row, of which the first is not
 * counted. One that is slow has fewer turns, three at least.
 *
 * @param budget Most milliseconds for all turns of a contestant, after its third.
 */
export async function timeContestants(
  contestants: readonly Contestant[],
  rounds: number,
  budget = 1500,
): Promise<Times[]> {
  const times = contestants.map(() => ({ forward: [] as number[], backward: [] as number[] }));
  const spent = contestants.map(() => 0);
  for (let round = -1; round < rounds; round++) {
    // Every other round backwards, so that nobody always finds what the same one left in the cache.
    const order = round % 2 === 0 ? contestants.entries() : [...contestants.entries()].reverse();
    for (const [k, { forward, backward }] of order) {
      if (round >= 3 && spent[k] > budget) continue;
      for (let i = 0; i < burst; i++) {
        const ofForward = forward ? await millisecondsOf(forward) : 0;
        const ofBackward = await millisecondsOf(backward);
        spent[k] += ofForward + ofBackward;
        // A step of more than that has left nothing in a cache for the next.
        const isSlow = ofForward + ofBackward > 50;
        if (round < 0 || i === 0 && !isSlow) continue;
        times[k].forward.push(ofForward);
        times[k].backward.push(ofBackward);
        if (isSlow) break;
      }
    }
  }
  return contestants.map(({ name, forward }, k) => {
    const [ofForward, ofBackward] = [median(times[k].forward), median(times[k].backward)];
    const both = ofForward + ofBackward;
    return forward
      ? { name, forward: ofForward, backward: ofBackward, both }
      : { name, forward: null, backward: null, both };
  });
}

async function millisecondsOf(step: () => unknown): Promise<number> {
  const start = performance.now();
  const done = step();
  // What is done already is not waited for, which would take a turn of the event loop.
  if (done instanceof Promise) await done;
  return performance.now() - start;
}

/** The middle one of some numbers. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
