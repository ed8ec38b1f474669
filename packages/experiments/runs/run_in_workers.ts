import type { FinishedRun } from "./run_store.ts";
import type { WorkerNews, WorkerOrder } from "./worker_messages.ts";

/** What {@linkcode runInWorkers} tells. */
export interface Listener<Result extends FinishedRun<unknown, unknown>, Progress> {
  readonly onProgress?: (run: Result["run"], progress: Progress) => void;
  readonly onResult?: (result: Result) => void | Promise<void>;
}

/** What is run, and where. */
export interface Work<Result extends FinishedRun<unknown, unknown>> {
  /** The module of a worker that takes runs by `takeRuns`. */
  readonly worker: string;
  readonly runs: readonly Result["run"][];
  readonly settings: Result["settings"];
  /** Workers at a time. */
  readonly jobs: number;
}

/**
 * Does runs in their order, as many at a time as there are workers. A result's run is the very
 * object that was given.
 *
 * @throws the first error of a worker or listener; all workers are stopped then
 */
export async function runInWorkers<Result extends FinishedRun<unknown, unknown>, Progress>(
  { worker: module, runs, settings, jobs }: Work<Result>,
  { onProgress, onResult }: Listener<Result, Progress>,
): Promise<void> {
  const waiting = [...runs];
  const workers: Worker[] = [];
  const work = async () => {
    const worker = new Worker(module, { type: "module" });
    workers.push(worker);
    while (waiting.length > 0) {
      const run = waiting.shift()!;
      const result = await ask<Result, Progress>(worker, { run, settings }, (progress) => {
        onProgress?.(run, progress);
      });
      await onResult?.({ ...result, run });
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(jobs, runs.length) }, work));
  } finally {
    for (const worker of workers) worker.terminate();
  }
}

function ask<Result, Progress>(
  worker: Worker,
  order: WorkerOrder<unknown, unknown>,
  onProgress: (progress: Progress) => void,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<WorkerNews<Result, Progress>>) => {
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
