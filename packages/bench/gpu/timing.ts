/**
 * Timing on a GPU: many repetitions a submission, since Deno answers a wait in steps of about 10
 * ms.
 */

/**
 * Something to time: records or runs `repeats` repetitions and resolves when the device has done
 * them.
 */
export type Contestant = (repeats: number) => Promise<void>;

/** The median time of one repetition of each contestant in milliseconds, interleaved. */
export async function medians(
  contestants: Readonly<Record<string, Contestant>>,
  rounds: number,
): Promise<Record<string, number>> {
  const entries = Object.entries(contestants);
  const repeats = new Map<string, number>();
  for (const [name, run] of entries) {
    await run(1);
    const start = performance.now();
    await run(2);
    // Long enough that a wait of 10 ms is a tenth of it, short enough to go round often.
    const once = (performance.now() - start) / 2;
    repeats.set(name, Math.max(1, Math.min(200, Math.round(100 / once))));
  }
  const times = new Map<string, number[]>(entries.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of entries) {
      const count = repeats.get(name)!;
      const own = times.get(name)!;
      // A peer that takes seconds a step need not go round as often.
      if (own.length >= 2 && own[0] > 1000) continue;
      const start = performance.now();
      await run(count);
      own.push((performance.now() - start) / count);
    }
  }
  return Object.fromEntries(entries.map(([name]) => {
    const sorted = times.get(name)!.sort((a, b) => a - b);
    return [name, sorted[sorted.length >> 1]];
  }));
}

/** Records repetitions into one encoder, submits once and waits. */
export function recorded(
  device: GPUDevice,
  record: (encoder: GPUCommandEncoder) => void,
): Contestant {
  return async (repeats) => {
    const encoder = device.createCommandEncoder({ label: "bench" });
    for (let i = 0; i < repeats; i++) record(encoder);
    device.queue.submit([encoder.finish()]);
    await device.queue.onSubmittedWorkDone();
  };
}
