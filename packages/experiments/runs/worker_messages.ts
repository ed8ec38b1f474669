/** What a worker that does runs is sent, and what it sends. */

/** What it is sent. */
export interface WorkerOrder<Run, Settings> {
  readonly run: Run;
  readonly settings: Settings;
}

/** What it sends. */
export type WorkerNews<Result, Progress> =
  | { readonly kind: "progress"; readonly progress: Progress }
  | { readonly kind: "result"; readonly result: Result };

/** Makes this worker do the runs that it is sent, one at a time, and say how far it is. */
export function takeRuns<Run, Settings, Result, Progress>(
  work: (
    run: Run,
    settings: Settings,
    report: (progress: Progress) => void,
  ) => Promise<Result>,
): void {
  // Deno's types have no global scope of a worker of their own.
  const scope = self as unknown as {
    onmessage: (event: MessageEvent<WorkerOrder<Run, Settings>>) => void;
    postMessage(news: WorkerNews<Result, Progress>): void;
  };
  scope.onmessage = async ({ data: { run, settings } }) => {
    const result = await work(run, settings, (progress) => {
      scope.postMessage({ kind: "progress", progress });
    });
    scope.postMessage({ kind: "result", result });
  };
}
