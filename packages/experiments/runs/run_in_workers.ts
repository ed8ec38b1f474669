import type { Run, TrainingSettings } from "./settings.ts";
import type { Progress, RunResult } from "./train.ts";
import type { WorkerNews, WorkerOrder } from "./worker.ts";

/** What {@linkcode trainInWorkers} tells. */
export interface Listener {
  readonly onProgress?: (run: Run, progress: Progress) => void;
  readonly onResult?: (result: RunResult) => void | Promise<void>;
}

/**
 * Trains runs in their order, as many at a time as there are workers.
 *
 * @throws the first error of a worker or listener; all workers are stopped then
 */
export async function trainInWorkers(
  runs: readonly Run[],
  settings: TrainingSettings,
  jobs: number,
  { onProgress, onResult }: Listener,
): Promise<void> {
  const waiting = [...runs];
  const workers: Worker[] = [];
  const work = async () => {
    const worker = new Worker(import.meta.resolve("./worker.ts"), { type: "module" });
    workers.push(worker);
    for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) {
      const current = run;
      const result = await ask(worker, { run, settings }, (progress) => {
        onProgress?.(current, progress);
      });
      await onResult?.(result);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(jobs, runs.length) }, work));
  } finally {
    for (const worker of workers) worker.terminate();
  }
}

function ask(
  worker: Worker,
  order: WorkerOrder,
  onProgress: (progress: Progress) => void,
): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<WorkerNews>) => {
      if (data.kind === "result") resolve(data.result);
      else onProgress(data.progress);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    worker.postMessage(order);
  });
}
