import { mt19937 } from "../data/mt19937.ts";
import { torchGenerator } from "../data/torch_random.ts";

/** A seeded source of numbers. */
export interface Random {
  /** In [0, 1). */
  readonly uniform: () => number;
  /** Standard normal values. */
  readonly normal: (count: number) => Float32Array;
}

/** What is drawn apart, so that one thing drawn more often changes no other. */
const purposes = ["start", "acting", "batches", "noise", "evaluation"] as const;

/** The sources of a run by their purpose; the same seed gives the same numbers. */
export function randomOf(seed: number): Readonly<Record<typeof purposes[number], Random>> {
  const sources = purposes.map((purpose, i) => {
    const own = seed * purposes.length + i;
    const words = mt19937(own);
    const { randn } = torchGenerator(own);
    return [purpose, { uniform: () => words.nextUint32() / 2 ** 32, normal: randn }] as const;
  });
  return Object.fromEntries(sources) as ReturnType<typeof randomOf>;
}
