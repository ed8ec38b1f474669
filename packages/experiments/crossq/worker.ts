/** The worker that trains. */
import { takeRuns } from "../runs/worker_messages.ts";
import type { CrossqSettings, Run } from "./settings.ts";
import { type Progress, type RunResult, train } from "./train.ts";

takeRuns<Run, CrossqSettings, RunResult, Progress>((run, settings, report) =>
  Promise.resolve(train(run, settings, report))
);
