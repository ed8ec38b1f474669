import { mergeGradientSums, mergeMoments } from "@renorm/core-math";
import type { Batches } from "./train_net.ts";

/** How what the workers tell is merged, by its kind. */
const merges: Readonly<Record<string, (a: never, b: never) => unknown>> = {
  moments: mergeMoments,
  gradientSums: mergeGradientSums,
  sum: (a: Float64Array, b: Float64Array) => a.map((value, i) => value + b[i]),
};

/**
 * Trains the net in as many workers as there are shares of the batches, in lockstep.
 *
 * @returns The losses of the whole batches, as each worker has them.
 */
export async function trainInWorkers(shares: readonly Batches[]): Promise<number[][]> {
  const workers = shares.map(() =>
    new Worker(new URL("./worker.ts", import.meta.url), { type: "module" })
  );
  try {
    const told = () =>
      Promise.all(
        workers.map((worker) =>
          new Promise<{ kind: string; own: unknown }>((resolve, reject) => {
            worker.onmessage = ({ data }) => resolve(data);
            worker.onerror = ({ message }) => reject(new Error(message));
          })
        ),
      );
    let next = told();
    workers.forEach((worker, i) => worker.postMessage(shares[i]));
    for (;;) {
      const all = await next;
      const [{ kind }] = all;
      const parts = all.map(({ own }) => own);
      if (kind === "losses") return parts as number[][];
      next = told();
      const merged = parts.reduce((a, b) => merges[kind](a as never, b as never));
      workers.forEach((worker) => worker.postMessage(merged));
    }
  } finally {
    workers.forEach((worker) => worker.terminate());
  }
}
